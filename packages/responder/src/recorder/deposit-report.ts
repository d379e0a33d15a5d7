import { vaultKeys, type SignedEntry } from '@cordon/evidence';
import {
  composeReport,
  readReport,
  REPORT_LABELS,
  reportJson,
  reportPage,
  type SealInput,
} from '@cordon/incident';
import { hearing } from '../aws/heard-calls.ts';
import { append, readLedger } from './ledger.ts';
import { LEDGER_SEALED } from './ledger-sealed.ts';
import { deposit } from './observe.ts';
import type { Tools } from './seal-ledger.ts';

/**
 * Makes the report from the ledger itself and what the responder says, and puts it into the vault as evidence of its own: the data,
 * and the page that follows from it. So the manifest covers both, and anybody can make the page again.
 *
 *     ledger + finding + context + told -> report.json (written once) -> read back -> report.html
 *
 * A report that cannot be made is missing evidence with its reason; it holds up no seal. Safe to run again, and twice at once: the
 * first data stay, and the page is made from them.
 */
export const depositReport = async (tools: Tools, ledgerId: string, told: SealInput): Promise<void> => {
  const entries = await readLedger(tools.vault, ledgerId, 'all');
  if (entries.at(-1)?.entry.event.kind === 'sealed') return;
  try {
    const because = await makeReport(tools, told, { ledgerId, entries });
    if (because !== undefined) await sayMissing(tools, ledgerId, because);
  } catch (error) {
    // Another try of this step was faster, to the end.
    if (!(error instanceof Error && error.name === LEDGER_SEALED)) throw error;
  }
};

/** Why there is no report, where there is none. */
const makeReport = async (
  tools: Tools,
  told: SealInput,
  { ledgerId, entries }: { readonly ledgerId: string; readonly entries: readonly SignedEntry[] },
): Promise<string | undefined> => {
  const deposited = new Set(
    entries.flatMap(({ entry: { event } }) => (event.kind === 'object-deposited' ? [event.label] : [])),
  );
  const textOf = async (label: string): Promise<string> =>
    Buffer.from(await tools.vault.get(vaultKeys.object(ledgerId, label))).toString('utf8');
  const ifThere = async (label: string): Promise<string | undefined> =>
    deposited.has(label) ? textOf(label) : undefined;
  const put = async (label: string, contentType: string, text: string): Promise<void> => {
    if (!deposited.has(label)) await putOnce(tools, ledgerId, { label, contentType, text });
  };
  const [finding, context] = await Promise.all([ifThere('finding.json'), ifThere('context.json')]);
  const writtenAt = tools.now();
  const made = attemptTo(() => reportJson(composeReport({ told, entries, finding, context, writtenAt })));
  if (made.because !== undefined) return made.because;
  await put(REPORT_LABELS.json, 'application/json', made.text);
  const lies = readReport(await textOf(REPORT_LABELS.json));
  if (lies.status === 'unreadable') return lies.because;
  const page = attemptTo(() => reportPage(lies.report));
  if (page.because !== undefined) return page.because;
  await put(REPORT_LABELS.page, 'text/html', page.text);
  return undefined;
};

type Made =
  | { readonly text: string; readonly because?: undefined }
  | { readonly because: string; readonly text?: undefined };

/** What a pure function made, or why it made nothing: a fault of ours in the report must not keep evidence from being sealed. */
const attemptTo = (make: () => string): Made => {
  try {
    return { text: make() };
  } catch (error) {
    return { because: `the report could not be made: ${String(error)}` };
  }
};

const putOnce = async (
  { vault, signer, actor, now }: Tools,
  ledgerId: string,
  {
    label,
    contentType,
    text,
  }: { readonly label: string; readonly contentType: string; readonly text: string },
): Promise<void> => {
  const bodyBase64 = Buffer.from(text).toString('base64');
  const { given: event, calls } = await hearing(
    () => Date.parse(now()),
    () => deposit({ ledgerId, label, contentType, bodyBase64 }, vault),
  );
  await append({ vault, signer, ledgerId }, () => ({
    incidentId: ledgerId,
    at: now(),
    basis: 'observed',
    actor,
    event,
    ...(calls.length === 0 ? {} : { calls: { status: 'known', calls } as const }),
  }));
};

const sayMissing = async (
  { vault, signer, actor, now }: Tools,
  ledgerId: string,
  because: string,
): Promise<void> => {
  await append({ vault, signer, ledgerId }, () => ({
    incidentId: ledgerId,
    at: now(),
    basis: 'reported',
    actor,
    event: {
      kind: 'evidence-missing',
      subject: 'report',
      because: because.toWellFormed().slice(0, 1_000),
    },
  }));
};
