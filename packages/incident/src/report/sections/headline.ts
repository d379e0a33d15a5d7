import { code, markup, list, outside, type Markup, type Piece } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';
import { day, lasting, moment } from '../time-words.ts';

/** How good the news is; the page never says it by colour alone. */
type Tone = 'good' | 'careful' | 'bad';

interface Answer {
  readonly tone: Tone;
  readonly words: string;
}

/** Whether the instance is contained, in one line, for somebody who was just woken. */
export const answerOf = ({ told }: ReportDocument): Answer => {
  const { verification, plan, incident, outcomes } = told;
  const leaked = outcomes.some(({ id, status }) => id === 'prove-containment' && status === 'failed');
  switch (verification?.status) {
    case 'contained': {
      const at = verification.containedAt;
      const since = at === undefined ? '' : ` since ${moment(at)}`;
      if (leaked)
        return {
          tone: 'bad',
          words: `Read back as contained${since}, but packets were seen to pass after that`,
        };
      if ((verification.heldByRungs ?? []).length > 0)
        return { tone: 'careful', words: `Contained${since}, held by a wider cut alone` };
      const after =
        at === undefined
          ? ''
          : `, ${lasting(Date.parse(at) - Date.parse(incident.arrivedAt))} after the finding arrived`;
      return { tone: 'good', words: `Contained${since}${after}` };
    }
    case 'held-back':
      return { tone: 'bad', words: 'Not wholly contained: a part was not allowed' };
    case 'open':
    case 'pending':
      return { tone: 'bad', words: 'Not contained: something is still open' };
    case 'nothing-to-contain':
      return { tone: 'careful', words: 'Nothing to contain: the machine was gone' };
    case undefined:
      return plan?.outcome === 'nothing-to-contain'
        ? { tone: 'careful', words: 'Nothing to contain: the machine was gone' }
        : plan?.outcome === 'ask'
          ? { tone: 'bad', words: 'Not contained: a person must act' }
          : { tone: 'bad', words: 'Not known to be contained: it was never read back' };
  }
};

/** What there is of evidence, in one sentence. */
export const evidenceLine = ({ told, evidence, missing }: ReportDocument): string => {
  // Volumes that took memory or results are none of the machine's; what they hold is listed below.
  const own = told.disks.filter(({ holds }) => holds === undefined);
  const disks = new Set(own.filter(({ phase }) => phase === 'secured').map(({ volumeId }) => volumeId));
  const all = new Set([
    ...own.map(({ volumeId }) => volumeId),
    ...(told.plan?.steps ?? []).flatMap((step) => (step.kind === 'secure-volume' ? [step.volumeId] : [])),
  ]);
  const files = evidence.filter(({ kind }) => kind === 'object').length;
  const until = evidence
    .flatMap(({ lock }) =>
      typeof lock === 'object' && lock !== null && 'until' in lock && typeof lock.until === 'string'
        ? [lock.until]
        : [],
    )
    .toSorted()[0];
  return [
    `${disks.size} of ${all.size} disk(s) and ${files} file(s) are in the evidence account`,
    ...(until === undefined ? [] : [`each locked until ${day(until)} at least`]),
    ...(missing.length === 0
      ? ['nothing is known to be missing']
      : [`${missing.length} thing(s) are missing, see below`]),
  ].join('; ');
};

/** What somebody must do now, most pressing first. */
const todoOf = (report: ReportDocument): readonly Piece[] => {
  const { status, reasons, told } = report;
  const { incidentId } = told.incident;
  switch (status) {
    case 'needs-a-person':
      return [
        ...reasons.map((reason) => outside(reason)),
        markup`Each step that failed has a runbook in <code>docs/runbooks</code>, named after it.`,
      ];
    case 'refused':
      return [
        markup`A person refused the cut, so the machine is connected. If that no longer holds:
        ${code(`cordon contain`)}.`,
        ...reasons.map((reason) => outside(reason)),
      ];
    case 'nothing-to-contain':
      return ['Nothing at once. Find out who ended the machine, and whether what it did goes on elsewhere.'];
    case 'sealed':
    case 'contained':
      return [
        'Nothing at once: leave it as it is.',
        'Have an analyst look at the copies, and find out how the attacker came in: a machine that replaces this one has the same hole.',
        markup`When it is settled, two people lift containment: ${code(`cordon release ${incidentId}`)}.`,
      ];
  }
};

const nameOf = ({ instance }: ReportDocument): string | undefined =>
  instance?.tags.find(({ key }) => key === 'Name')?.value;

/** The first screen: contained or not, since when, what there is of evidence, and what to do now. */
export const headline = (report: ReportDocument): Markup => {
  const { told, writtenAt } = report;
  const { incident } = told;
  const { tone, words } = answerOf(report);
  const name = nameOf(report);
  return markup`<header>
    <h1>Incident ${code(report.ledgerId)}</h1>
    <div class="verdict ${tone}">
      <p class="answer">${words}</p>
      <dl>
        <dt>Which machine</dt>
        <dd>
          ${code(incident.instanceId)}${name === undefined || name === '' ? undefined : markup` (its name tag says: ${outside(name, 120)})`},
          account ${code(incident.account)}, Region ${code(incident.region)}
        </dd>
        <dt>Why</dt>
        <dd>${outside(incident.findingType, 200)}, severity ${incident.severity} of 10</dd>
        <dt>Evidence</dt>
        <dd>${evidenceLine(report)}</dd>
        <dt>What you must do now</dt>
        <dd>${list(todoOf(report))}</dd>
      </dl>
    </div>
    <p class="muted">
      How it stood at ${moment(writtenAt)}, when the evidence was sealed. What came later is not in here.
    </p>
  </header> `;
};
