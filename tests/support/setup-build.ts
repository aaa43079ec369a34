/** HTTP tests talk to the built server: build it when the sources changed. */
export default async function setup() {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build(): boolean };
  build();
}
