/** Where text goes: `process.stdout`, a list in a test. */
export interface TextSink {
  write(text: string): unknown;
}
