import { Aws, CfnCondition, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import {
  LIVE_DOCUMENT_NAMES,
  liveDocuments,
  MEMORY_DOCUMENT_NAMES,
  memoryDocuments,
  type CordonConfig,
  type LivePlatform,
  type MemoryDocumentName,
} from '@cordon/incident';
import { captureStatements } from '@cordon/responder/needs';
import { deploymentNames, DutyRole } from '@cordon/constructs';

/**
 * What a member account has for the capture of memory, as a template of its own: only who captures memory deploys it. In the home Region
 * the duty's role, in every Region the documents that it may have an agent run, whose content is compared before they are run and pinned by
 * its hash. A document that changes is made anew under its name, so that there is one version and one content.
 */
export class MemoryCaptureStack extends Stack {
  constructor(scope: Construct, id: string, config: CordonConfig) {
    super(scope, id, { description: 'Cordon: capture of memory in a member account' });
    const names = deploymentNames(config);
    const duty = new DutyRole(this, 'capture', {
      duty: 'capture',
      names,
      statements: captureStatements(names, config.evidence.memory),
    });
    // IAM is global: the same name in a second Region would collide (aws-facts 6.3).
    const home = new CfnCondition(this, 'IsHomeRegion', {
      expression: Fn.conditionEquals(Aws.REGION, config.homeRegion),
    });
    for (const child of duty.node.findAll())
      if (CfnResource.isCfnResource(child)) child.cfnOptions.condition = home;
    this.#documents(config);
  }

  #documents({ evidence }: CordonConfig): void {
    const documents = memoryDocuments(evidence.memory);
    const all: readonly MemoryDocumentName[] = ['Linux', 'Windows', 'LinuxLanding', 'WindowsLanding'];
    for (const each of all) this.#document(`Capture${each}`, MEMORY_DOCUMENT_NAMES[each], documents[each]);
    const live = liveDocuments(evidence.memory);
    const platforms: readonly LivePlatform[] = ['Linux', 'Windows'];
    for (const platform of platforms)
      this.#document(`Ask${platform}`, LIVE_DOCUMENT_NAMES[platform], live[platform]);
  }

  #document(id: string, name: string, content: object | undefined): void {
    if (content !== undefined)
      new CfnDocument(this, id, {
        name,
        documentType: 'Command',
        documentFormat: 'JSON',
        targetType: '/AWS::EC2::Instance',
        updateMethod: 'NewVersion',
        content,
      });
  }
}
