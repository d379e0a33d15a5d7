import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FORENSIC_MACHINE_ROLE_NAME, type CordonConfig } from '@cordon/incident';
import { examinerStatements, recordSessionsStatements } from '@cordon/responder/needs';
import { AgentOnlyRole, deploymentNames, DutyRole } from '@cordon/constructs';

/** The forensics account's home Region: the examiner's role, and the role that the forensic machine gets. */
export class ForensicsHomeStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: roles of the forensics account' });
    const names = deploymentNames(config);
    new DutyRole(this, 'Examiner', {
      duty: 'examiner',
      names,
      statements: examinerStatements(names),
    });
    new AgentOnlyRole(this, 'Machine', {
      name: FORENSIC_MACHINE_ROLE_NAME,
      more: recordSessionsStatements(names),
    });
  }
}
