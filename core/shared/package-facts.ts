/** What the running program says of itself. */
export interface PackageFacts {
  name: string;
  version: string;
}
