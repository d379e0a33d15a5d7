import type { Service } from '../../core/operation.ts';
import { blockOperations } from './blocks.ts';

/** The EBS direct APIs: a service of its own beside EC2, which has the snapshots. https://docs.aws.amazon.com/ebs/latest/APIReference/Welcome.html */
export const ebsService: Service = { name: 'ebs', operations: blockOperations };
