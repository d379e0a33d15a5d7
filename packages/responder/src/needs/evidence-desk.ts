import {
  ARCHIVIST_FUNCTION_NAME,
  DISPOSER_FUNCTION_NAME,
  EVIDENCE_DESK_FUNCTION_NAME,
  EVIDENCE_READER_ROLE_NAME,
  IAM_PATH,
  KEEPER_FUNCTION_NAME,
} from '@cordon/incident';
import type { Names, Statement } from './statement.ts';

/** The door to evidence: has the keeper write, and takes the role of forensic staff, whose trust says for whom. It reads no evidence itself. `disposes`: whether the deployment has disposers. */
export const evidenceDeskStatements = (
  names: Names,
  { disposes }: { readonly disposes: boolean },
): readonly Statement[] => {
  const own = `${names.homeRegion}:${names.evidenceAccount}`;
  const functionArn = (name: string): string => `arn:${names.partition}:lambda:${own}:function:${name}`;
  return [
    {
      Sid: 'AskKeeper',
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: functionArn(KEEPER_FUNCTION_NAME),
    },
    {
      Sid: 'AskArchivist',
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: functionArn(ARCHIVIST_FUNCTION_NAME),
    },
    ...(disposes
      ? [
          {
            Sid: 'AskDisposer',
            Effect: 'Allow' as const,
            Action: 'lambda:InvokeFunction',
            Resource: functionArn(DISPOSER_FUNCTION_NAME),
          },
        ]
      : []),
    {
      Sid: 'OpenForStaff',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Resource: `arn:${names.partition}:iam::${names.evidenceAccount}:role${IAM_PATH}${EVIDENCE_READER_ROLE_NAME}`,
    },
    {
      Sid: 'Log',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:${names.partition}:logs:${own}:log-group:/aws/lambda/${EVIDENCE_DESK_FUNCTION_NAME}:*`,
    },
  ];
};
