import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { EVIDENCE_READER_ROLE_NAME, IAM_PATH } from '@cordon/incident';
import { evidenceReaderStatements } from '@cordon/responder/needs';
import { policyDocument, type DeploymentNames } from '@cordon/constructs';

/** What the role is made of. */
interface EvidenceReaderProps {
  readonly names: DeploymentNames;
  /** ARN patterns of the roles whose sessions may act as staff. */
  readonly readers: readonly string[];
  /** ARNs of the custody key and of the vault's key. */
  readonly keys: { readonly custody: string; readonly vault: string };
}

const accountsOf = (readers: readonly string[]): readonly string[] => [
  ...new Set(readers.flatMap((arn) => arn.split(':')[4] ?? [])),
];

/**
 * The role of forensic staff. Whoever takes it says who they are (a source identity that every record then carries), and
 * reads; a pattern of a role's ARN is compared as a whole, so that an account named in it lets in no other role.
 */
export class EvidenceReader extends Construct {
  constructor(scope: Construct, id: string, { names, readers, keys }: EvidenceReaderProps) {
    super(scope, id);
    const staff = {
      Effect: 'Allow',
      Principal: { AWS: accountsOf(readers).map((account) => `arn:${names.partition}:iam::${account}:root`) },
      Condition: {
        ArnLike: { 'aws:PrincipalArn': readers },
        StringEquals: { 'aws:PrincipalOrgID': names.organizationId },
      },
    };
    new CfnRole(this, 'Role', {
      roleName: EVIDENCE_READER_ROLE_NAME,
      path: IAM_PATH,
      maxSessionDuration: 3_600,
      assumeRolePolicyDocument: policyDocument([
        {
          Sid: 'Act',
          ...staff,
          Action: 'sts:AssumeRole',
          Condition: { ...staff.Condition, Null: { 'sts:SourceIdentity': 'false' } },
        },
        { Sid: 'Name', ...staff, Action: 'sts:SetSourceIdentity' },
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
