import { NodeHasher } from "../../adapters/node/node-hasher.ts";
import { describeHasher } from "./hasher.contract.ts";

describeHasher("NodeHasher", () => new NodeHasher());
