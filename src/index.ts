/** kubedyno as a library: what a program of your own can build on. */

/** Plugins describe their arguments with it. */
export { z } from 'zod';
export { formatSave } from '../native/iptables/index.ts';
export { type IpvsClient, IpvsError, type IpvsOperation, openIpvs } from '../native/ipvs/index.ts';
export { loadObjects, loadSchedulingObjects } from './api/index.ts';
export { loadLab } from './lab/load-lab.ts';
export { readRecords } from './lab/read-records.ts';
export type { Arm, Measure, Point, ResultRecord, SliceRecord } from './lab/records.ts';
export { LoadPool, type SliceLoad, type SliceOptions } from './load/index.ts';
export { resolveServices } from './proxy/endpoints/index.ts';
export { createDataPlane, type DataPlaneOptions } from './proxy/registry.ts';
export { type DataPlane, type DataPlaneMode, dataPlaneModes, ipvsSchedulers, type ServicePort } from './proxy/types.ts';
export { writeReport } from './report/write-report.ts';
export type { Attempt, SchedulerObserver } from './scheduler/attempt.ts';
export { type ConfigOptions, readSchedulerPlan, type SchedulerPlan } from './scheduler/config/read-config.ts';
export { type Cycle, type StateKey, stateKey } from './scheduler/framework/cycle.ts';
export { definePlugin, type NodePlugin, type NodeView } from './scheduler/framework/define-plugin.ts';
export { filterBlock, type NodeBlock } from './scheduler/framework/node-block.ts';
export type { GroupInPlacement, Placement, ProposedPlacement } from './scheduler/framework/placements.ts';
export type { Plugin } from './scheduler/framework/plugin.ts';
export { type PluginContext, type PluginFactory, pluginFactory } from './scheduler/framework/plugin-factory.ts';
export { type PlacementReport, placementReport } from './scheduler/placement-report.ts';
export { pluginRegistry } from './scheduler/plugins/registry.ts';
export { Scheduler } from './scheduler/scheduler.ts';
export { SchedulingSession } from './scheduler/session.ts';
export { type Figure, hodgesLehmann, jainIndex, medianFigure, pairedRatio, percentile } from './stats/index.ts';
