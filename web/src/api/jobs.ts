/* Long work on the server: its progress as server-sent events, then what came of it. */
import { api, send } from "./client";
import type { Job } from "./types";

export const ended = (job: Job): boolean => job.state !== "running";

const look = async (id: number): Promise<Job> => (await api.get("/api/v1/jobs/{id}", { params: { id } })).data as unknown as Job;

/** Resolves at the end of the stream, or when it breaks; progress in between. */
function listen(id: number, progress: (done: number, all: number) => void, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const events = new EventSource(`/api/v1/jobs/${id}/events`);
    const stop = () => {
      events.close();
      resolve();
    };
    events.addEventListener("progress", (e) => {
      const p = JSON.parse((e as MessageEvent<string>).data) as { done: number; all: number };
      progress(p.done, p.all);
    });
    events.addEventListener("end", stop);
    events.addEventListener("error", stop);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Calls `progress` until the job has ended, and returns how. A broken line only means asking again. */
export async function watch(id: number, progress: (done: number, all: number) => void, signal?: AbortSignal): Promise<Job> {
  for (let pause = 200; ; pause = Math.min(pause * 2, 3000)) {
    await listen(id, progress, signal);
    signal?.throwIfAborted();
    const job = await look(id);
    if (ended(job)) return job;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

export const cancel = async (id: number): Promise<void> => {
  await api.post("/api/v1/jobs/{id}/cancel", { params: { id } });
};

export const fileOf = async (id: number, file: "export" | "rejects" | "warnings"): Promise<Blob> =>
  (await send("get", "/api/v1/jobs/{id}/files/{file}", { params: { id, file } })).blob();
