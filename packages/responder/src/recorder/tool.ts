import type { Tool } from '@cordon/evidence';

/** What signs custody entries, as they say it. The version is that of `package.json`, held to it by a test. */
export const RECORDER_TOOL: Tool = { name: 'cordon-recorder', version: '0.1.0' };
