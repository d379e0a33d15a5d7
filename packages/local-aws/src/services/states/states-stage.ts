import type { Ids } from '../../core/ids.ts';
import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';

/** What executions run in. */
export interface StatesStage {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly host: Host;
  /** Virtual milliseconds for each state that is entered. */
  readonly transitionMs: number;
}
