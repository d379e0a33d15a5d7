import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import type { ExecutionLeft } from '../leftovers.ts';
import { eventsOf, type Scene } from '../scene.ts';

/** The incident of an execution: its name is the ledger's id, with `-r<n>` for a later plan. */
const incidentOf = ({ name }: ExecutionLeft): string => name.replace(/-r\d+$/, '');

/** Whether the event of an incident came to lie among those set aside, whose queue pages a person. */
const isSetAside = ({ setAside, incidents }: Scene, incidentId: string): boolean => {
  const findingId = incidents.find((opened) => opened.incidentId === incidentId)?.findingId;
  return findingId !== undefined && setAside.some(({ body }) => body.includes(findingId));
};

const untold = (scene: Scene, execution: ExecutionLeft): readonly string[] => {
  switch (execution.status) {
    case 'SUCCEEDED':
      return [];
    case 'RUNNING':
      return scene.remains.through === 'seal' ? [`execution ${execution.name} never ended`] : [];
    case 'FAILED':
    case 'TIMED_OUT':
    case 'ABORTED':
      return eventsOf(scene, incidentOf(execution)).some(({ kind }) => kind === 'needs-a-person') ||
        isSetAside(scene, incidentOf(execution))
        ? []
        : [`execution ${execution.name} ended ${execution.status} and no person was called`];
  }
};

/** DESIGN section 7, 7: every wait is bounded, every failure ends in a call for a person, and no finding is left lying. */
export const boundedAndTold: Invariant = {
  id: 'bounded-and-told',
  judge: (scene) => {
    if (scene.remains.deliveries.length === 0) return notJudged('no event was delivered');
    const { executions, incidents, waiting } = scene;
    const unstarted = incidents.filter(
      ({ incidentId }) =>
        !executions.some((one) => incidentOf(one) === incidentId) && !isSetAside(scene, incidentId),
    );
    return verdictOn(
      [
        // A run that stops early stops in the middle of what came last.
        ...(waiting.length === 0 || scene.remains.through !== 'seal'
          ? []
          : [`${waiting.length} finding(s) lie in the queue and nobody takes them`]),
        ...unstarted.map(
          ({ incidentId }) => `incident ${incidentId} was opened and its workflow never started`,
        ),
        ...executions.flatMap((one) => untold(scene, one)),
      ],
      scene.remains.through === 'seal'
        ? `the findings queue is empty, and each of ${executions.length} execution(s) ended well or called a person`
        : `each of ${executions.length} execution(s) ended well, called a person, or runs on past what is judged`,
    );
  },
};
