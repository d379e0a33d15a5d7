import type {
  BatchUpdateFindingsCommandInput,
  BatchUpdateFindingsCommandOutput,
} from '@aws-sdk/client-securityhub';
import { operation } from '../../core/operation.ts';
import { acceptMembers } from '../accept-members.ts';
import { hubArn, invalidInput, requireHub } from './get-findings.ts';

/** "Array Members: Minimum number of 1 item. Maximum number of 100 items." API_BatchUpdateFindings.html */
const MOST = 100;
/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_NoteUpdate.html */
const LONGEST_NOTE = 512;

/** One key for each field that is written. https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchupdatefindings.html */
const fieldsOf = ({ Note, Workflow }: BatchUpdateFindingsCommandInput): Record<string, string> =>
  Object.fromEntries(
    Object.entries({
      'Note.Text': Note?.Text,
      'Note.UpdatedBy': Note?.UpdatedBy,
      'Workflow.Status': Workflow?.Status,
    }).flatMap(([path, value]) =>
      value === undefined ? [] : [[`securityhub:ASFFSyntaxPath/${path}`, value]],
    ),
  );

/**
 * Writes a note and a workflow status at findings that the caller's account sees; the others come back unprocessed. `UpdatedAt` of a finding is
 * not touched. Other fields are not there.
 * https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
 */
export const batchUpdateFindings = operation<
  BatchUpdateFindingsCommandInput,
  Omit<BatchUpdateFindingsCommandOutput, '$metadata'>
>({
  checks: (input, call) => [
    {
      action: 'securityhub:BatchUpdateFindings',
      resource: hubArn(call),
      context: fieldsOf(input),
      assumed: true,
    },
  ],
  run: (input, call) => {
    acceptMembers(input, 'BatchUpdateFindings', ['FindingIdentifiers', 'Note', 'Workflow']);
    const { FindingIdentifiers: asked = [], Note, Workflow } = input;
    const { findings } = requireHub(call);
    if (asked.length < 1 || asked.length > MOST)
      throw invalidInput(`FindingIdentifiers has ${asked.length} items: want 1 to ${MOST}`);
    const length = (Note?.Text ?? '').length;
    if (Note !== undefined && (length < 1 || length > LONGEST_NOTE))
      throw invalidInput(`Note.Text has ${length} characters: want 1 to ${LONGEST_NOTE}`);
    const known = asked.filter(({ Id, ProductArn }) => findings.get(Id ?? '')?.ProductArn === ProductArn);
    for (const { Id } of known) {
      const finding = findings.get(Id ?? '');
      if (finding === undefined) continue;
      if (Note !== undefined)
        finding.Note = {
          Text: Note.Text,
          UpdatedBy: Note.UpdatedBy,
          UpdatedAt: new Date(call.now).toISOString(),
        };
      if (Workflow?.Status !== undefined) finding.Workflow = { Status: Workflow.Status };
    }
    return {
      ProcessedFindings: known.map(({ Id, ProductArn }) => ({ Id, ProductArn })),
      UnprocessedFindings: asked
        .filter((one) => !known.includes(one))
        .map(({ Id, ProductArn }) => ({
          FindingIdentifier: { Id, ProductArn },
          ErrorCode: 'FindingNotFound',
          ErrorMessage: 'Finding not found',
        })),
    };
  },
});
