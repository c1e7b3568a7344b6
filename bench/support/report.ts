/** Figures in Markdown, and what makes them unfit to be quoted. */
export interface Report {
  markdown: string;
  problems: string[];
}
