export {
  decideHeartbeat,
  type HeartbeatDecision,
  type HeartbeatRow,
  type RegionProblem,
  type RegionStanding,
} from './decide-heartbeat.ts';
export {
  HEARTBEAT_FUNCTION_NAME,
  heartbeatInput,
  heartbeatOutput,
  HEARTBEATS,
  type HeartbeatOutput,
} from './heartbeat-io.ts';
export { heardLine, HEARTBEAT_TYPE, mayBeHeartbeat } from './is-heartbeat.ts';
