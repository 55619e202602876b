/** Hand the browser a file that is made here. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
export const saveText = (name: string, text: string, type = "text/csv"): void => saveBlob(name, new Blob([text], { type }));
