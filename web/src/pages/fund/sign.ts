/* Recording what was signed on the papers: line by line, each on the contract as the one before left it. */
import { api } from "@/api/client";
import { needsIou, signings, type ContractFile, type Definition, type Signing } from "./contract";

export interface SignLine extends Signing {
  on: string;
}
/** All that is signed of a contract, done or not: its papers by their parties, then the IOU. */
export function allSigned(k: ContractFile, d: Definition): Signing[] {
  const iou = { paper: "iou", party: "borrower", signer: k.borrower ?? "", seal: false, signed: k.ious?.[0]?.signed_on ?? null, sealed: null };
  return needsIou(k, d) ? [...signings(k, d), iou] : signings(k, d);
}
/** done: told after each line, because what failed later leaves the earlier ones recorded. */
export async function record(k: ContractFile, lines: readonly SignLine[], done: (l: SignLine) => void): Promise<void> {
  const params = { county: k.county ?? 0, id: k.id ?? 0 };
  let match = k.etag ?? null;
  for (const l of lines) {
    const body = l.paper === "iou" ? { signer: l.signer || undefined, signed_on: l.on } : { paper: l.paper, party: l.party, signer: l.signer || undefined, signed_on: l.signed ? undefined : l.on, sealed_on: l.seal && !l.sealed ? l.on : undefined };
    const path = l.paper === "iou" ? ("/api/v1/contracts/{county}/{id}/iou" as const) : ("/api/v1/contracts/{county}/{id}/signatures" as const);
    const { data } = await api.post(path, { params, match, body: body as never });
    match = (data as unknown as { etag: string }).etag;
    done(l);
  }
}
