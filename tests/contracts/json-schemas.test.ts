import { JsonSchemaChecker } from "../../adapters/json-schema/json-schemas.ts";
import { describeJsonSchemas } from "./json-schemas.contract.ts";

describeJsonSchemas("JsonSchemaChecker", () => new JsonSchemaChecker());
