/** Names of the report's objects among an incident's evidence. The recorder alone makes them; it takes no deposit under them. */
export const REPORT_LABELS = { json: 'report.json', page: 'report.html' } as const;
