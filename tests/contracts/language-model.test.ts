import { FakeClock } from "../fakes/fake-clock.ts";
import { ScriptedLanguageModel } from "../fakes/scripted-language-model.ts";
import { describeLanguageModel } from "./language-model.contract.ts";

describeLanguageModel("ScriptedLanguageModel", async () => ({ model: new ScriptedLanguageModel(new FakeClock()) }));
