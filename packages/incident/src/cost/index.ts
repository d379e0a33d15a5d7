export {
  costOfIncident,
  costSumWords,
  costWords,
  INCIDENT_PRICES,
  type CostLine,
  type IncidentCost,
} from './cost-of-incident.ts';
