import * as z from 'zod';
import type { ReportDocument } from './report-document.ts';
import { answerOf, evidenceLine } from './sections/headline.ts';

/** The version of OCSF that is written. https://schema.ocsf.io/1.5.0/classes/incident_finding */
const OCSF_VERSION = '1.5.0';

/** Epoch milliseconds, OCSF's `timestamp_t`. */
const timestamp = z.int();
const text = z.string();
const product = z.object({ name: text, vendor_name: text });

/**
 * The parts of OCSF's Incident Finding (class 2005, category Findings) that a report fills, with their own names and values.
 * https://schema.ocsf.io/1.5.0/classes/incident_finding and the objects `metadata`, `finding_info`, `cloud`, `resource_details`
 */
const ocsfIncidentFinding = z.strictObject({
  category_uid: z.literal(2),
  class_uid: z.literal(2005),
  /** 1 create, 2 update, 3 close. */
  activity_id: z.literal(2),
  /** `class_uid * 100 + activity_id`. */
  type_uid: z.literal(200_502),
  time: timestamp,
  start_time: timestamp.optional(),
  end_time: timestamp.optional(),
  /** 0 unknown, 1 informational, 2 low, 3 medium, 4 high, 5 critical. */
  severity_id: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]),
  /** 1 new, 2 in progress, 3 on hold (it waits for a person), 4 resolved, 5 closed. */
  status_id: z.union([z.literal(2), z.literal(3)]),
  message: text,
  desc: text,
  is_suspected_breach: z.literal(true).optional(),
  assignee_group: z.object({ name: text }),
  metadata: z.object({
    version: z.literal(OCSF_VERSION),
    uid: text,
    correlation_uid: text.optional(),
    product,
    profiles: z.array(z.enum(['cloud', 'incident'])),
    original_time: text,
  }),
  cloud: z.object({ provider: z.literal('AWS'), region: text, account: z.object({ uid: text }) }),
  finding_info_list: z
    .array(
      z.object({
        uid: text,
        title: text,
        desc: text.optional(),
        types: z.array(text),
        created_time: timestamp.optional(),
        modified_time: timestamp.optional(),
        first_seen_time: timestamp.optional(),
        last_seen_time: timestamp.optional(),
        product,
      }),
    )
    .length(1),
  /** What has no place in the class: the whole report. */
  unmapped: z.object({ cordon: z.looseObject({ schemaVersion: z.int(), status: text }) }),
});
/** An incident as OCSF names its parts. */
export type OcsfIncidentFinding = z.infer<typeof ocsfIncidentFinding>;

/** GuardDuty's numbers as OCSF's. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
const severityId = (severity: number): OcsfIncidentFinding['severity_id'] => {
  if (severity >= 9) return 5;
  if (severity >= 7) return 4;
  if (severity >= 4) return 3;
  return severity >= 1 ? 2 : 0;
};

const at = (iso: string | undefined): number | undefined => {
  const ms = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
};

/**
 * A report in the terms of OCSF. Pure. Text of the finding stands in it as it came: it is data, to be escaped by whoever shows it. An
 * incident that was sealed is in progress, for somebody has still to release the instance; one that waits for a person is on hold.
 */
export const ocsfOf = (report: ReportDocument): OcsfIncidentFinding => {
  const { told, finding, status, writtenAt, ledgerId, reasons } = report;
  const { incident } = told;
  return ocsfIncidentFinding.parse(
    JSON.parse(
      JSON.stringify({
        category_uid: 2,
        class_uid: 2005,
        activity_id: 2,
        type_uid: 200_502,
        time: at(writtenAt),
        start_time: at(finding?.firstSeen) ?? at(incident.arrivedAt),
        end_time: at(writtenAt),
        severity_id: severityId(finding?.severity ?? incident.severity),
        status_id: status === 'needs-a-person' || status === 'refused' ? 3 : 2,
        message: `${answerOf(report).words}; ${evidenceLine(report)}`,
        desc: reasons.join('; '),
        // A sample is a test of the way; nothing was broken into.
        ...(finding?.sample === true ? {} : { is_suspected_breach: true }),
        assignee_group: { name: 'Cordon' },
        metadata: {
          version: OCSF_VERSION,
          uid: ledgerId,
          ...(incident.caseId === undefined ? {} : { correlation_uid: incident.caseId }),
          product: { name: 'Cordon', vendor_name: 'Cordon' },
          profiles: ['cloud', 'incident'],
          original_time: writtenAt,
        },
        cloud: { provider: 'AWS', region: incident.region, account: { uid: incident.account } },
        finding_info_list: [
          {
            uid: incident.findingId,
            title: finding?.title ?? incident.findingType,
            ...(finding === undefined ? {} : { desc: finding.description }),
            types: [incident.findingType],
            created_time: at(finding?.createdAt),
            modified_time: at(finding?.updatedAt),
            first_seen_time: at(finding?.firstSeen),
            last_seen_time: at(finding?.lastSeen),
            product: { name: 'GuardDuty', vendor_name: 'AWS' },
          },
        ],
        unmapped: { cordon: report },
      }),
    ),
  );
};
