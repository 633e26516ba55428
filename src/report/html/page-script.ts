import {
  describePartition,
  entityList,
  heatMapMoves,
  moveCursor,
  openPartition,
  startHeatMap,
} from "./page/heat-map-page.ts";
import {
  allPartitions,
  markSorted,
  partitionFilter,
  partitionRow,
  sortPartitions,
  startPartitionTable,
} from "./page/partition-table-page.ts";
import { categoriesAt, pageElement, partitionAt, textElement } from "./page/page-elements.ts";
import { startPage } from "./page/start-page.ts";

const functions = [
  startPage,
  pageElement,
  textElement,
  partitionAt,
  categoriesAt,
  startHeatMap,
  heatMapMoves,
  describePartition,
  moveCursor,
  openPartition,
  entityList,
  startPartitionTable,
  allPartitions,
  partitionFilter,
  sortPartitions,
  partitionRow,
  markSorted,
];

/**
 * The page's script: the functions of `page/` as they are, so that the compiler and the linter see what the browser
 * runs. They call each other by name and close over nothing.
 */
export const pageScript = `"use strict";\n${functions.map(String).join("\n")}\nstartPage();\n`;
