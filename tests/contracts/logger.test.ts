import { PinoLogger } from "../../adapters/pino/pino-logger.ts";
import { type LogLine, RecordingLogger } from "../fakes/recording-logger.ts";
import { describeLogger } from "./logger.contract.ts";

describeLogger("RecordingLogger", () => {
  const logger = new RecordingLogger();
  return { logger, lines: () => logger.lines };
});

describeLogger("PinoLogger", () => {
  const written: string[] = [];
  const logger = new PinoLogger({ level: "debug", destination: { write: (line) => written.push(line) } });
  return { logger, lines: () => written.map(read) };
});

function read(line: string): LogLine {
  const { level, msg, time: _time, pid: _pid, hostname: _hostname, ...fields } = JSON.parse(line);
  return { level, message: msg, fields };
}
