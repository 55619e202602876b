const files = import.meta.glob<{ default: Record<string, string> }>("./*.json", { eager: true });

/* PAGE.json is found under PAGE.: {"title": …} of home.json is home.title. */
export default Object.fromEntries(
  Object.entries(files).map(([path, file]) => [path.replace(/^\.\/|\.json$/g, ""), file.default]),
);
