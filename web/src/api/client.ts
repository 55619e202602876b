/* One way to the server: typed by its own description (schema.d.ts, made by `npm run types`), with the session's
 * token, the language, and every refusal as a Problem whose fields belong to a form. */
import type { paths } from "./schema";

type Method = "get" | "post" | "put" | "patch" | "delete";
type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
/* An answer that the description leaves open is for whoever asks to say. */
type Open<B> = [B] extends [Record<string, never>] ? unknown : B;
type Answered<O> = O extends { responses: infer R }
  ? { [S in keyof R]: S extends 200 | 201 | 202 ? (R[S] extends { content: { "application/json": infer B } } ? Open<B> : unknown) : never }[keyof R]
  : never;
type Query<O> = O extends { parameters: { query?: infer Q } } ? Q : never;
type PathOf<O> = O extends { parameters: { path: infer Q } } ? Q : never;
type Body<O> = O extends { requestBody: { content: { "application/json": infer B } } } ? B : never;

export type Answer<P extends keyof paths, M extends Method> = Answered<Operation<P, M>>;

export interface FieldProblem {
  code: string;
  field: string | null;
  message: string;
}

/** A refusal, or `status` 0: the server cannot be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly kind: string,
    detail: string,
    readonly errors: readonly FieldProblem[] = [],
    /** 412: what stands there now; what was sent is in the form. */
    readonly current: Record<string, unknown> | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }
  get offline(): boolean {
    return this.status === 0;
  }
  /** What belongs to no field of the form. */
  beside(names: ReadonlySet<string>): string[] {
    return this.errors.filter((x) => !x.field || !names.has(x.field)).map((x) => x.message);
  }
  at(field: string): string | undefined {
    return this.errors.find((x) => x.field === field)?.message;
  }
}

export interface Options {
  params?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  match?: string | null;
  key?: string;
  signal?: AbortSignal;
}

export interface Reply<T> {
  data: T;
  etag: string | null;
}

/* What the client needs from the session without depending on it. */
export const context = {
  csrf: null as string | null,
  language: "zh-CN",
  /** The session ended on the server. */
  ended: () => {},
  reachable: (_: boolean) => {},
};

export function address(path: string, params: Options["params"], query: Options["query"]): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params?.[name] ?? "")));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null && value !== "") asked.set(name, String(value));
  const text = asked.toString();
  return text ? `${filled}?${text}` : filled;
}

async function refusal(response: Response): Promise<Problem> {
  try {
    const p = (await response.json()) as { title?: string; detail?: string; errors?: FieldProblem[]; current?: Record<string, unknown> };
    const wait = Number(response.headers.get("Retry-After"));
    return new Problem(response.status, p.title ?? "", p.detail ?? "", p.errors, p.current ?? null, wait || null);
  } catch {
    return new Problem(response.status, "", response.statusText);
  }
}

/** The response itself, for files and streams; everything else goes through get, post, … below. */
export async function send(method: Method, path: string, o: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { "Accept-Language": context.language };
  if (method !== "get" && context.csrf) headers["X-CSRF-Token"] = context.csrf;
  if (o.match) headers["If-Match"] = o.match;
  if (o.key) headers["Idempotency-Key"] = o.key;
  let body: BodyInit | undefined;
  if (o.body instanceof Blob) {
    headers["Content-Type"] = "application/octet-stream";
    body = o.body;
  } else if (o.body !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(o.body);
  }
  let response: Response;
  try {
    response = await fetch(address(path, o.params, o.query), {
      method: method.toUpperCase(),
      headers,
      body,
      signal: o.signal,
      credentials: "same-origin",
    });
  } catch (e) {
    if (e instanceof DOMException && e.name === "AbortError") throw e;
    context.reachable(false);
    throw new Problem(0, "offline", "");
  }
  context.reachable(true);
  if (response.ok) return response;
  const p = await refusal(response);
  if (p.status === 401 && path !== "/api/v1/session") context.ended();
  throw p;
}

type Given<P extends keyof paths, M extends Method> = Omit<Options, "params" | "query" | "body"> &
  ([PathOf<Operation<P, M>>] extends [never] ? object : { params: PathOf<Operation<P, M>> }) &
  ([Query<Operation<P, M>>] extends [never] ? object : { query?: Query<Operation<P, M>> }) &
  ([Body<Operation<P, M>>] extends [never] ? object : { body: Body<Operation<P, M>> });

async function ask<P extends keyof paths, M extends Method>(method: M, path: P, o: Options): Promise<Reply<Answer<P, M>>> {
  const response = await send(method, path as string, o);
  return { data: (await response.json()) as Answer<P, M>, etag: response.headers.get("ETag") };
}

export const api = {
  get: <P extends PathsWith<"get">>(path: P, o?: Given<P, "get">) => ask(`get`, path, (o ?? {}) as Options),
  post: <P extends PathsWith<"post">>(path: P, o?: Given<P, "post">) => ask(`post`, path, (o ?? {}) as Options),
  put: <P extends PathsWith<"put">>(path: P, o?: Given<P, "put">) => ask(`put`, path, (o ?? {}) as Options),
  patch: <P extends PathsWith<"patch">>(path: P, o?: Given<P, "patch">) => ask(`patch`, path, (o ?? {}) as Options),
  delete: <P extends PathsWith<"delete">>(path: P, o?: Given<P, "delete">) => ask(`delete`, path, (o ?? {}) as Options),
};

/** A new Idempotency-Key: made when a form is opened, sent with every try, so that it is done once. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/** Hand a file of an answer to the browser, under the server's name for it. */
export async function download(method: Method, path: string, o: Options = {}): Promise<void> {
  const response = await send(method, path, o);
  const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "bangfu";
  const url = URL.createObjectURL(await response.blob());
  const a = Object.assign(document.createElement("a"), { href: url, download: name });
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
