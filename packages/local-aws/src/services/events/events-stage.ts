import type { Ids } from '../../core/ids.ts';
import type { Journal } from '../../core/journal.ts';
import type { Host } from '../../core/operation.ts';
import type { Timeline } from '../../core/timeline.ts';
import type { World } from '../../core/world.ts';

/** What moves events about. */
export interface EventsStage {
  readonly world: World;
  readonly timeline: Timeline;
  readonly ids: Ids;
  readonly journal: Journal;
  readonly host: Host;
}
