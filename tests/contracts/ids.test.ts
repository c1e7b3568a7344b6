import { RandomIds } from "../../adapters/node/random-ids.ts";
import { SequentialIds } from "../fakes/sequential-ids.ts";
import { describeIds } from "./ids.contract.ts";

describeIds("SequentialIds", () => new SequentialIds());
describeIds("RandomIds", () => new RandomIds());
