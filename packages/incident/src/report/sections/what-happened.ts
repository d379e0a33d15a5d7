import { code, markup, list, outside, table, type Markup, type Piece } from '../markup.ts';
import type { ReportDocument } from '../report-document.ts';
import { moment } from '../time-words.ts';

/** How bad GuardDuty takes it to be. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
const severityWord = (severity: number): string =>
  severity >= 9 ? 'critical' : severity >= 7 ? 'high' : severity >= 4 ? 'medium' : 'low';

const PURPOSES: Readonly<Partial<Record<string, string>>> = {
  Backdoor: 'the machine does what an attacker wants of it',
  Behavior: 'the machine behaves as it never did before',
  CryptoCurrency: 'the machine mines or handles crypto-currency',
  DefenseEvasion: 'somebody avoids being seen',
  Discovery: 'somebody explores what there is',
  Execution: 'somebody ran a program that should not run',
  Exfiltration: 'somebody carries data out',
  Impact: 'somebody disturbs or destroys',
  PrivilegeEscalation: 'somebody takes rights that are not theirs',
  Recon: 'somebody looks for weak points',
  Trojan: 'a program on the machine does something hidden',
  UnauthorizedAccess: 'somebody has access who should not',
  AttackSequence: 'several signs that belong together',
};

/** What the first word of a type says. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html */
const purposeOf = (type: string): string =>
  PURPOSES[type.split(':', 1)[0] ?? ''] ??
  'a kind that this version has no words for. What GuardDuty says of it is below';

const when = (iso: string | undefined): string => (iso === undefined ? 'not said' : moment(iso));

const fact = (name: string, value: Piece): Markup =>
  markup`<dt>${name}</dt>
    <dd>${value}</dd> `;

const findingPart = ({ finding, told }: ReportDocument): Markup => {
  const { incident } = told;
  if (finding === undefined)
    return markup`<p>
      The finding’s own text is not in this ledger, or cannot be read. What is known of it: its type
      ${outside(incident.findingType, 200)}, severity ${incident.severity}, id ${code(incident.findingId)}.
      Somebody may have opened this incident by hand, or a later plan has its text in an earlier ledger.
    </p> `;
  const far = [...finding.remoteAddresses, ...finding.domains];
  return markup`<p>
      GuardDuty reported <strong>${outside(finding.type, 200)}</strong>: ${purposeOf(finding.type)}. Severity
      ${finding.severity ?? incident.severity} of 10 (${severityWord(finding.severity ?? incident.severity)}).
    </p>
    <dl>
      ${fact('In its words', markup`${outside(finding.title)}${finding.description === '' ? undefined : markup`<br />${outside(finding.description, 1000)}`}`)}${fact('First seen', when(finding.firstSeen))}${fact('Last seen', when(finding.lastSeen))}${fact('Seen', `${finding.count ?? 1} time(s)`)}${fact(
        'Other end',
        far.length === 0
          ? 'the finding names none'
          : markup`${list(far.slice(0, 20).map((one) => code(one)))}${far.length > 20 ? `and ${far.length - 20} more` : undefined}`,
      )}${fact('Arrived here', moment(incident.arrivedAt))}${fact('Finding id', code(incident.findingId))}
    </dl>
    ${finding.sample ? markup`<p><strong>It is marked as a sample</strong>: a test, not an attack.</p>` : undefined}
    <p class="muted">
      Title, description and names come from outside. An attacker may have chosen them: they are shown as text, with what cannot be seen written out, and of a long one its beginning. The whole is in finding.json.
    </p> `;
};

const instancePart = ({ instance, told }: ReportDocument): Markup => {
  if (instance === undefined)
    return markup`<p>What EC2 said of the machine is not in this ledger: it was gone, or it was not kept.</p> `;
  const { incident } = told;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Type', instance.instanceType],
    ['Platform', instance.platform],
    ['Image', instance.imageId],
    ['Started', instance.launchTime === undefined ? undefined : moment(instance.launchTime)],
    ['Network', instance.vpcId],
    ['Private address', instance.privateIpAddress],
    ['Public address', instance.publicIpAddress],
    ['Profile', instance.profileArn ?? 'none: it had no identity towards AWS'],
  ];
  return markup`<dl>
      ${facts.flatMap(([name, value]) => (value === undefined ? [] : [fact(name, outside(value, 300))]))}${fact('Network interfaces', instance.interfaces)}
    </dl>
    ${
      instance.tags.length === 0
        ? markup`<p>It had no tags.</p>`
        : table(
            `Tags of ${incident.instanceId} before anything was changed. Anybody with rights in the account can write them.`,
            ['tag', 'value'],
            instance.tags.map(({ key, value }) => [outside(key, 130), outside(value, 300)]),
          )
    }${instance.moreTags > 0 ? markup`<p class="muted">and ${instance.moreTags} more.</p>` : undefined}`;
};

/** What the finding says, and which machine it is about. */
export const whatHappened = (report: ReportDocument): Markup =>
  markup`${findingPart(report)}
    <h3>The machine, as it was before anything was changed</h3>
    ${instancePart(report)}`;
