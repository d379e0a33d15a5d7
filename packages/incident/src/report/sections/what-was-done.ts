import type { PlanStep } from '../../plan/steps.ts';
import { markup, outside, table, type Markup, type Piece } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';
import { lasting, offset } from '../time-words.ts';
import { GATE_WORDS, kindOfId, READ_BACK, stepWords, undoWords, withoutNotes } from '../words.ts';

type Outcome = ReportDocument['told']['outcomes'][number];
type Tone = 'good' | 'careful' | 'bad';

interface Became {
  readonly tone: Tone;
  readonly word: string;
  readonly detail?: string | undefined;
  readonly at?: string | undefined;
}

/** A disk's step has no outcome of its own: the disk tells. */
const ofDisk = (volumeId: string, { told }: ReportDocument): Became | undefined => {
  const disk = told.disks.find((one) => one.volumeId === volumeId && one.holds === undefined);
  if (disk === undefined) return undefined;
  return disk.phase === 'secured'
    ? {
        tone: 'good',
        word: 'done',
        detail: `in custody as ${disk.evidenceSnapshotId ?? 'a copy of unknown id'}`,
      }
    : { tone: 'bad', word: 'failed', detail: disk.because ?? `stopped in phase ${disk.phase}` };
};

const ofMachine = ({ told: { examination } }: ReportDocument): Became | undefined =>
  examination === undefined
    ? undefined
    : examination.phase === 'ready'
      ? { tone: 'good', word: 'done', detail: `${examination.machineId ?? 'a machine'} has its copies` }
      : {
          tone: 'bad',
          word: 'failed',
          detail: examination.because ?? `stopped in phase ${examination.phase}`,
        };

const ofOutcome = ({ status, detail, at }: Outcome): Became => ({
  tone: status === 'done' ? 'good' : status === 'refused' ? 'careful' : 'bad',
  word: status,
  detail,
  at,
});

const becameOf = (step: PlanStep, report: ReportDocument): Became => {
  const outcome = report.told.outcomes.findLast(({ id }) => id === step.id);
  if (outcome !== undefined) return ofOutcome(outcome);
  const told =
    step.kind === 'secure-volume'
      ? ofDisk(step.volumeId, report)
      : step.kind === 'launch-forensic-machine'
        ? ofMachine(report)
        : undefined;
  return (
    told ?? {
      tone: step.gate === 'climb' ? 'good' : 'careful',
      word: 'not done',
      detail: GATE_WORDS[step.gate],
    }
  );
};

/** Who else saw that it is so. */
const checkedBy = (kind: string, became: Became, { told }: ReportDocument): string => {
  if (became.word !== 'done') return '';
  if (kind === 'secure-volume' || kind === 'preserve-context') return 'seen by the recorder';
  if (!READ_BACK.has(kind)) return 'said by the step, not checked';
  return told.verification?.status === 'contained' ? 'read back by another role' : 'not shown to hold';
};

const became = ({ tone, word, detail, at }: Became, arrivedAt: string): Piece =>
  markup`<span class="mark ${tone}">${word}</span>${
    at === undefined
      ? undefined
      : markup` <span class="muted">${offset(Date.parse(at) - Date.parse(arrivedAt))}</span>`
  }${detail === undefined ? undefined : markup`<br />${outside(detail)}`}`;

const named = (kind: string, id: string, because?: string): Piece =>
  markup`${stepWords(kind)}<br /><span class="muted"
      >${outside(id, 200)}${because === undefined ? undefined : markup`: ${outside(because, 300)}`}</span
    >`;

/** Each step of the plan and what became of it, then what was done beyond the plan. */
export const whatWasDone = (report: ReportDocument): Markup => {
  const { plan, outcomes, incident } = report.told;
  if (plan === undefined) return markup`<p>No plan could be made, so nothing was done to the machine.</p> `;
  const { arrivedAt } = incident;
  const rows = plan.steps.map((step): readonly Piece[] => {
    const what = becameOf(step, report);
    return [
      named(step.kind, step.id, withoutNotes(step.because)),
      became(what, arrivedAt),
      checkedBy(step.kind, what, report),
      outside(step.effectOnOthers, 300),
      outside(undoWords(step.undo), 300),
    ];
  });
  const beyond = outcomes.filter(({ id }) => !plan.steps.some((step) => step.id === id));
  const contained = report.told.verification?.containedAt;
  return markup`${
    contained === undefined
      ? undefined
      : markup`<p>
            From the arrival of the finding to containment that was read back:
            ${lasting(Date.parse(contained) - Date.parse(arrivedAt))}. Nothing of it had been undone when this was written, and nothing undoes itself.
          </p> `
  }${
    rows.length === 0
      ? markup`<p>The plan has no step: ${outside(plan.reasons.join('; '))}</p>`
      : table(
          'The plan’s steps, in order. Times count from the arrival of the finding.',
          ['step, and why', 'became', 'checked', 'effect on others', 'how it is undone'],
          rows,
        )
  }${
    beyond.length === 0
      ? undefined
      : table(
          'What was found or done beyond the plan’s steps',
          ['what', 'became'],
          beyond.map((outcome) => [
            named(kindOfId(outcome.id), outcome.id),
            became(ofOutcome(outcome), arrivedAt),
          ]),
        )
  }
    <p class="muted">The plan’s hash: ${outside(plan.hash)}. Each step is also an entry of the ledger.</p> `;
};
