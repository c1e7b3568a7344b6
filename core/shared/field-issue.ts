/** The words of http-api.md 2.1 for what is wrong with a field. */
export type FieldIssueKind =
  | "missing"
  | "string_type"
  | "string_too_short"
  | "string_too_long"
  | "int_type"
  | "float_type"
  | "bool_type"
  | "list_type"
  | "object_type"
  | "enum"
  | "greater_than_equal"
  | "less_than_equal"
  | "json_invalid"
  | "value_error";

/** One wrong field: where it stands (surface names, e.g. `["body", "message"]`) and what to change. */
export interface FieldIssue {
  path: readonly (string | number)[];
  message: string;
  kind: FieldIssueKind;
}
