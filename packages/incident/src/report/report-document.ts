import { canonicalJson, deriveEvidence, type SignedEntry } from '@cordon/evidence';
import * as z from 'zod';
import { parseFindings } from '../finding/parse-findings.ts';
import type { Finding } from '../finding/finding.ts';
import { ledgerOf } from '../workflow/recorder-io.ts';
import { sealInput, sealOutput, type SealInput } from '../workflow/steps-io.ts';
import { judgeIncident } from './judge-incident.ts';
import { ledgerRow } from './ledger-row.ts';
import { readSubject, subjectSchema } from './report-subject.ts';

const text = z.string();

/** What GuardDuty said, as the parser of intake reads it. Title, description and names may be the attacker's words. */
const findingSchema = z.object({
  type: text,
  severity: z.number().optional(),
  title: text,
  description: text,
  sample: z.boolean(),
  count: z.number().optional(),
  createdAt: text.optional(),
  updatedAt: text.optional(),
  firstSeen: text.optional(),
  lastSeen: text.optional(),
  remoteAddresses: z.array(text),
  domains: z.array(text),
});

/** One entry of the ledger. Its event is kept whole, whatever kind it is of. */
const entrySchema = z.object({
  sequence: z.int(),
  at: z.iso.datetime(),
  basis: z.enum(['observed', 'reported']),
  digest: text,
  event: z.looseObject({ kind: text }),
});

/** A piece of evidence: what the manifest lists, whatever kind it is of. */
const itemSchema = z.looseObject({ kind: text });

/**
 * All that a report says, as data: `report.json` of an incident's evidence. The page is made from this alone. `told` is what the
 * responder said; `ledger`, `evidence` and `missing` come from the ledger itself, as it stood before the report was put into the vault.
 */
const reportDocument = z.object({
  schemaVersion: z.literal(1),
  ledgerId: text,
  writtenAt: z.iso.datetime(),
  status: sealOutput.shape.status,
  reasons: z.array(text),
  /** Absent where there is none in this ledger, or where it cannot be read. */
  finding: findingSchema.optional(),
  /** What EC2 said of the instance before anything was changed; absent where it is not in this ledger. */
  instance: subjectSchema.optional(),
  told: sealInput,
  ledger: z.array(entrySchema),
  evidence: z.array(itemSchema),
  missing: z.array(z.object({ subject: text, because: text })),
});
/** All that a report says, as data. */
export type ReportDocument = z.infer<typeof reportDocument>;
/** One entry of the ledger, in a report. */
export type ReportEntry = ReportDocument['ledger'][number];
/** A piece of evidence, in a report. */
export type ReportItem = ReportDocument['evidence'][number];

/** What a report is made from: the responder's word, the ledger, and two objects of the vault. */
export interface ReportSources {
  readonly told: SealInput;
  readonly entries: readonly SignedEntry[];
  /** Text of `finding.json`. */
  readonly finding?: string | undefined;
  /** Text of `context.json`. */
  readonly context?: string | undefined;
  readonly writtenAt: string;
}

const whichFinding = (raw: string | undefined, id: string): Finding | undefined => {
  if (raw === undefined) return undefined;
  const parsed = parseFindings(raw).findings.flatMap((one) => (one.status === 'parsed' ? [one.finding] : []));
  return parsed.find((finding) => finding.id === id) ?? parsed[0];
};

/**
 * A value as it is read back from canonical JSON: what is undefined is left out, text has no half pairs, which no digest could hold,
 * and members stand in the order in which they will be read.
 */
const asJson = (value: unknown): unknown => {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? member.toWellFormed() : member,
  );
  return JSON.parse(canonicalJson(JSON.parse(text)));
};

/** Puts a report together. Pure; what cannot be read of finding and context is left out, and the page says so. */
export const composeReport = (sources: ReportSources): ReportDocument => {
  const { told, entries, writtenAt } = sources;
  const judged = judgeIncident(told);
  const derived = deriveEvidence(entries.map(({ entry }) => entry));
  return reportDocument.parse(
    asJson({
      schemaVersion: 1,
      ledgerId: ledgerOf(told.incident).ledgerId,
      writtenAt,
      status: judged.status,
      reasons: judged.reasons,
      finding: whichFinding(sources.finding, told.incident.findingId),
      instance: readSubject(sources.context),
      told,
      ledger: entries.map(ledgerRow),
      evidence: derived.items,
      missing: [
        ...new Map(
          [...derived.missing, ...judged.missing].map((gap) => [`${gap.subject}\n${gap.because}`, gap]),
        ).values(),
      ],
    }),
  );
};

/** `report.json`, byte for byte. */
export const reportJson = (report: ReportDocument): string => canonicalJson(report);

/** A report from the text of `report.json`; what is wrong with it, in words, where it is none. */
export const readReport = (
  json: string,
):
  | { readonly status: 'read'; readonly report: ReportDocument }
  | { readonly status: 'unreadable'; readonly because: string } => {
  try {
    const read = reportDocument.safeParse(JSON.parse(json));
    return read.success
      ? { status: 'read', report: read.data }
      : { status: 'unreadable', because: z.prettifyError(read.error) };
  } catch (error) {
    return {
      status: 'unreadable',
      because: `it is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
};
