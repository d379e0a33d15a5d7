import type { Service } from '../../core/operation.ts';
import { logsOperations } from './operations.ts';

/** CloudWatch Logs; its log groups are made by templates (`monitoring`) and by flow logs. */
export const logsService: Service = { name: 'logs', operations: logsOperations };
