import { Aws, CfnCondition, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  MEMBER_DUTIES,
  QUARANTINE_PROFILE_NAME,
  type Containment,
  type CordonConfig,
} from '@cordon/incident';
import {
  acquireStatements,
  containStatements,
  flowLogStatements,
  inspectStatements,
  keyReadStatement,
  releaseStatements,
  replaceStatements,
  revokeStatements,
  simulateStatement,
  tryTransitStatement,
  type Names,
  type Statement,
} from '@cordon/responder/needs';
import { AgentOnlyRole, deploymentNames, DutyRole } from '@cordon/constructs';
import { changeRules, forwardRole } from './forward-changes.ts';
import { sessionDenyPolicy } from './session-deny.ts';

/** What of a deployment's choices bears on the duties. */
type Chosen = Containment &
  Pick<CordonConfig['evidence'], 'keyPaths' | 'sourceLock' | 'image'> &
  Pick<CordonConfig, 'coverage'>;

const NEEDS: Readonly<
  Record<(typeof MEMBER_DUTIES)[number], (names: Names, chosen: Chosen) => readonly Statement[]>
> = {
  inspect: (names, containment) => [
    ...inspectStatements(containment),
    keyReadStatement(names),
    ...flowLogStatements(names, containment),
  ],
  contain: containStatements,
  revoke: (names, chosen) => [
    ...revokeStatements(names, chosen),
    ...(chosen.coverage === undefined ? [] : [simulateStatement(names, 'revoke')]),
  ],
  acquire: (names, chosen) => [
    ...acquireStatements(names, chosen),
    ...(chosen.coverage === undefined
      ? []
      : [tryTransitStatement(names), simulateStatement(names, 'acquire')]),
  ],
  release: releaseStatements,
  replace: replaceStatements,
  // Their roles have templates of their own (`MemoryCaptureStack`, `SourceReadingStack`).
  capture: () => [],
  'read-source': () => [],
};

/**
 * All that Cordon puts into a member account: a role for each duty there, the profile that a contained instance gets,
 * the policy that denies its old sessions, and in every Region the rules that send changes to the watch. One flat template without parameters or assets, for a StackSet takes neither
 * transforms nor more than 51,200 bytes inline (aws-facts 6.3).
 */
export class MemberAccountStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: duty roles, quarantine profile and rules of a member account' });
    const names = deploymentNames(config);
    for (const duty of MEMBER_DUTIES) {
      const statements = NEEDS[duty](names, {
        ...config.containment,
        ...config.evidence,
        coverage: config.coverage,
      });
      // A duty that this deployment has no use for has no role.
      if (statements.length > 0) new DutyRole(this, duty, { duty, names, statements });
    }
    new AgentOnlyRole(this, 'Quarantine', QUARANTINE_PROFILE_NAME);
    // Whatever the deployment chose: roles that were denied by it before the choice was changed must stay so.
    sessionDenyPolicy(this);
    forwardRole(this, config);
    this.#onlyInHomeRegion(config.homeRegion);
    // In every Region, for each has a bus of its own that changes come to.
    changeRules(this, config);
  }

  /** IAM is global: the same names in a second Region would collide (aws-facts 6.3). */
  #onlyInHomeRegion(homeRegion: string): void {
    const condition = new CfnCondition(this, 'IsHomeRegion', {
      expression: Fn.conditionEquals(Aws.REGION, homeRegion),
    });
    for (const child of this.node.findAll()) {
      if (CfnResource.isCfnResource(child)) child.cfnOptions.condition = condition;
    }
  }
}
