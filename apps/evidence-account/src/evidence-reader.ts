import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import {
  EVIDENCE_DESK_FUNCTION_NAME,
  EVIDENCE_READER_ROLE_NAME,
  IAM_PATH,
  INCIDENT_SESSION_TAG,
} from '@cordon/incident';
import { evidenceReaderStatements } from '@cordon/responder/needs';
import { policyDocument, type DeploymentNames } from '@cordon/constructs';

/** What the role is made of. */
interface EvidenceReaderProps {
  readonly names: DeploymentNames;
  /** ARNs of the custody key and of the vault's key. */
  readonly keys: { readonly custody: string; readonly vault: string };
}

/**
 * The role of forensic staff. The desk alone takes it, for a person whom AWS named to it and who is then the session's source identity, and for
 * one incident, which is the session's tag. An entry of the ledger comes before: nobody reads evidence by a way past it.
 */
export class EvidenceReader extends Construct {
  constructor(scope: Construct, id: string, { names, keys }: EvidenceReaderProps) {
    super(scope, id);
    const allow = (Sid: string, Action: string, condition: object): object => ({
      Sid,
      Effect: 'Allow',
      Principal: { AWS: `arn:${names.partition}:iam::${names.evidenceAccount}:root` },
      Action,
      Condition: {
        ArnEquals: {
          'aws:PrincipalArn': `arn:${names.partition}:iam::${names.evidenceAccount}:role${IAM_PATH}${EVIDENCE_DESK_FUNCTION_NAME}`,
        },
        ...condition,
      },
    });
    const tagged = { [`aws:RequestTag/${INCIDENT_SESSION_TAG}`]: 'inc-*' };
    new CfnRole(this, 'Role', {
      roleName: EVIDENCE_READER_ROLE_NAME,
      path: IAM_PATH,
      maxSessionDuration: 3_600,
      assumeRolePolicyDocument: policyDocument([
        allow('Act', 'sts:AssumeRole', { StringLike: tagged, Null: { 'sts:SourceIdentity': 'false' } }),
        allow('Tag', 'sts:TagSession', {
          StringLike: tagged,
          'ForAllValues:StringEquals': { 'aws:TagKeys': INCIDENT_SESSION_TAG },
          // ForAllValues holds for no value at all, too.
          Null: { 'aws:TagKeys': 'false' },
        }),
        allow('Name', 'sts:SetSourceIdentity', {}),
      ]),
      policies: [
        {
          policyName: 'read-evidence',
          policyDocument: policyDocument(evidenceReaderStatements(names, keys)),
        },
      ],
    });
  }
}
