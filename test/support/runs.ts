/** How often a property is tried: as often as its test says, or as the environment's LAW_RUNS says, for a longer look. */
export const runs = (usual: number): {readonly numRuns: number} => ({
  numRuns: Number(process.env.LAW_RUNS ?? usual),
});
