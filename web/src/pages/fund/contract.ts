/* A contract as the server tells it, and who still has to sign what by its programme. */
import type { Answer } from "@/api/client";

export type ContractFile = Answer<"/api/v1/contracts/{county}/{id}", "get">;
export type ListedContract = NonNullable<Answer<"/api/v1/contracts", "get">["rows"]>[number];

interface Named {
  zh: string;
  en?: string;
}
interface Form extends Named {
  id: string;
}
export interface Definition {
  forms?: Form[];
  loan?: { guarantee?: { kinds?: string[]; seal?: boolean; signature?: boolean }; payout?: { ways?: string[]; requires?: string[] }; layers?: string[]; lender?: Named; extension?: { allowed?: boolean } };
  steps?: { kind: string; parties?: { party: Named }[] }[];
}
/** One line of what has to be signed. */
export interface Signing {
  paper: string;
  party: string;
  signer: string;
  /** An office also seals. */
  seal: boolean;
  signed: string | null;
  sealed: string | null;
}

export function signings(k: ContractFile, d: Definition): Signing[] {
  const out: Signing[] = [];
  // After a change of the amount all sign anew.
  const revision = (k.terms as { revision?: number } | null | undefined)?.revision;
  const add = (paper: string, party: string, signer: string, seal: boolean, known?: { signed_on?: string | null; sealed_on?: string | null }) => {
    const s = known ?? (k.signatures ?? []).find((x) => x.paper === paper && x.party === party && (revision == null || x.revision === revision));
    out.push({ paper, party, signer, seal, signed: s?.signed_on ?? null, sealed: s?.sealed_on ?? null });
  };
  const township = k.layer === "township";
  add("contract", "lender", "", true);
  if (township) {
    add("contract", "township", "", true);
    return out;
  }
  add("contract", "borrower", k.borrower ?? "", false);
  for (const g of k.guarantors ?? []) add("contract", "guarantor", g.name ?? "", !!d.loan?.guarantee?.seal, { signed_on: g.signed_on, sealed_on: g.sealed_on });
  for (const id of d.loan?.payout?.requires ?? []) if (id !== "contract" && id !== "iou" && id !== "responsibility_letter" && d.forms?.some((f) => f.id === id)) add(id, "borrower", k.borrower ?? "", false);
  for (const s of d.steps ?? []) if (s.kind === "responsibility_letter") for (const p of s.parties ?? []) add("responsibility_letter", p.party.zh, "", false);
  return out;
}
export const whole = (s: Signing): boolean => !!s.signed && (!s.seal || !!s.sealed);
export const needsIou = (k: ContractFile, d: Definition): boolean => k.layer !== "township" && !!d.forms?.some((f) => f.id === "iou");

/** The colour beside the word. */
export const mark = (state: string | null | undefined): string =>
  ({ overdue: "bad", written_off: "bad", due_soon: "due", extended: "due", to_sign: "due", to_pay: "due", settled: "good" })[state ?? ""] ?? "soft";
