// count.mjs - a reporter for node --test that writes one line: how many tests passed and how many
// failed. Suites and files are not tests; they count only when they fail by themselves.
export default async function* count(source) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of source) {
    const isFile = data?.nesting === 0 && /\.test\.js$/.test(data.name ?? "");
    const isSkipped = Boolean(data?.skip) || data?.skip === "" || Boolean(data?.todo) || data?.todo === "";
    if (type === "test:pass") {
      if (data.details?.type !== "suite" && !isFile && !isSkipped) passed++;
    } else if (type === "test:fail") {
      if (data.details?.error?.failureType !== "subtestsFailed" && !isSkipped) failed++;
    }
  }
  yield `${passed} ${failed}\n`;
}
