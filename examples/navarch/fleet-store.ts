// The fleet on disk. What a call has written is synced to the disk before the call returns, so that
// nothing the control plane has answered is lost, however it ends.
import { join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import Database from "libsql";
import {
  type Cluster,
  ClusterSchema,
  type Node,
  type NodeCommand,
  NodeCommandSchema,
  NodeSchema,
  NodeStatus,
  NodeStatusByShortName,
  NodeStatusShortNames,
} from "#bindings";

/**
 * A node's status in the database. These words stay what they are on disk, whatever becomes of the
 * names in the proto.
 *
 * @proto navarch.v1.NodeStatus except UNSPECIFIED
 */
type StoredStatus = "active" | "cordoned" | "draining" | "unhealthy" | "terminated";

/** Where a cluster is: one that is still "ordering" at a start was never answered. */
export type ClusterState = "ordering" | "ordered" | "terminated";

export interface NodeFilter {
  readonly provider: string;
  readonly region: string;
  readonly status: NodeStatus;
}

type Value = string | number | Uint8Array | null;

const VERSION = 1;

// A record is the message itself; what a query selects by is in a column beside it.
const TABLES = `
  CREATE TABLE clusters (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    cluster_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    terminated_ms INTEGER,
    record BLOB NOT NULL
  ) STRICT;
  CREATE TABLE instances (
    instance_id TEXT PRIMARY KEY,
    cluster_id TEXT NOT NULL REFERENCES clusters (cluster_id),
    released INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE nodes (
    node_id TEXT PRIMARY KEY,
    cluster_id TEXT,
    provider TEXT NOT NULL,
    region TEXT NOT NULL,
    status TEXT NOT NULL,
    seen_ms INTEGER NOT NULL,
    record BLOB NOT NULL
  ) STRICT;
  CREATE TABLE commands (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    command_id TEXT NOT NULL UNIQUE,
    node_id TEXT NOT NULL REFERENCES nodes (node_id),
    handed_out INTEGER NOT NULL DEFAULT 0,
    record BLOB NOT NULL
  ) STRICT;
  CREATE INDEX commands_of_node ON commands (node_id, position);
  CREATE INDEX nodes_of_cluster ON nodes (cluster_id);
  PRAGMA user_version = ${VERSION};
`;

export class FleetStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  /**
   * Opens the fleet in the folder, or begins one. Throws if another control plane has it open (the
   * lock is the process's own, and gone with it), or if it is of another version or no fleet at all.
   */
  constructor(folder: string) {
    const file = join(folder, "fleet.db");
    try {
      this.#database = new Database(file);
      this.#database.exec(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
      );
      const version = this.#all("PRAGMA user_version")[0]?.[0];
      if (version === 0) this.transaction(() => this.#database.exec(TABLES));
      else if (version !== VERSION)
        throw new Error(`it has version ${version}, and this control plane reads ${VERSION}`);
    } catch (thrown) {
      const busy = thrown instanceof Database.SqliteError && thrown.code === "SQLITE_BUSY";
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      throw new Error(
        `${file} cannot be opened: ${busy ? "another control plane has it open" : why}`,
        { cause: thrown },
      );
    }
  }

  /** Does all of it or, if it throws, nothing. */
  transaction<T>(work: () => T): T {
    return this.#database.transaction(work).immediate();
  }

  close(): void {
    this.#database.close();
  }

  addCluster(cluster: Cluster, instanceIds: readonly string[]): void {
    this.#run(
      "INSERT INTO clusters (cluster_id, state, record) VALUES (?, 'ordering', ?)",
      cluster.clusterId,
      toBinary(ClusterSchema, cluster),
    );
    for (const id of instanceIds)
      this.#run("INSERT INTO instances VALUES (?, ?, 0)", id, cluster.clusterId);
  }

  setClusterState(clusterId: string, state: ClusterState, nowMs: number): void {
    this.#run(
      "UPDATE clusters SET state = ?, terminated_ms = ? WHERE cluster_id = ?",
      state,
      state === "terminated" ? nowMs : null,
      clusterId,
    );
  }

  clusterState(clusterId: string): ClusterState | undefined {
    const [row] = this.#all("SELECT state FROM clusters WHERE cluster_id = ?", clusterId);
    return row?.[0] as ClusterState | undefined;
  }

  /** The clusters in that state, oldest first, with the nodes that have registered in each. */
  clusters(state: ClusterState): Cluster[] {
    const rows = this.#all(
      `SELECT record, (SELECT count(*) FROM nodes WHERE nodes.cluster_id = clusters.cluster_id)
       FROM clusters WHERE state = ? ORDER BY position`,
      state,
    );
    return rows.map(([record, registered]) => {
      const cluster = fromBinary(ClusterSchema, record as Uint8Array);
      cluster.registeredNodeCount = registered as number;
      return cluster;
    });
  }

  /**
   * The instances that the provider is to take back, with their providers: those of a terminated
   * cluster that never registered, or whose time to follow the command is over, and those of a
   * terminated node that is silent.
   */
  instancesToRelease(silentSinceMs: number): { instanceId: string; cluster: Cluster }[] {
    const rows = this.#all(
      `SELECT instance_id, clusters.record FROM instances
       JOIN clusters ON clusters.cluster_id = instances.cluster_id
       LEFT JOIN nodes ON node_id = instance_id
       WHERE released = 0 AND (
         (state = 'terminated' AND (node_id IS NULL OR terminated_ms < ?))
         OR (status = 'terminated' AND seen_ms < ?))`,
      silentSinceMs,
      silentSinceMs,
    );
    return rows.map(([id, record]) => ({
      instanceId: id as string,
      cluster: fromBinary(ClusterSchema, record as Uint8Array),
    }));
  }

  markReleased(instanceId: string): void {
    this.#run("UPDATE instances SET released = 1 WHERE instance_id = ?", instanceId);
  }

  node(nodeId: string): Node | undefined {
    return this.#nodes("node_id = ?", nodeId)[0];
  }

  saveNode(node: Node): void {
    const status = NodeStatusShortNames[node.status];
    const seen = node.lastHeartbeatTime ?? node.registerTime;
    this.#run(
      "INSERT OR REPLACE INTO nodes VALUES (?, ?, ?, ?, ?, ?, ?)",
      node.nodeId,
      node.clusterId ?? null,
      node.provider,
      node.region,
      status,
      seen === undefined ? 0 : timestampMs(seen),
      toBinary(NodeSchema, node),
    );
  }

  allNodes(): Node[] {
    return this.#nodes("TRUE");
  }

  nodesOfCluster(clusterId: string): Node[] {
    return this.#nodes("cluster_id = ? ORDER BY node_id", clusterId);
  }

  /** ACTIVE nodes whose last heartbeat, or registration, is older than that. */
  silentNodes(sinceMs: number): Node[] {
    const active: StoredStatus = "active";
    return this.#nodes("status = ? AND seen_ms < ?", active, sinceMs);
  }

  /** The nodes after that id that pass the filter, by id, no more than `limit`. */
  listNodes({ provider, region, status }: NodeFilter, afterId: string, limit: number): Node[] {
    const word = status === NodeStatus.UNSPECIFIED ? "" : NodeStatusShortNames[status];
    return this.#nodes(
      `(?1 = '' OR provider = ?1) AND (?2 = '' OR region = ?2) AND (?3 = '' OR status = ?3)
       AND node_id > ?4 ORDER BY node_id LIMIT ?5`,
      provider,
      region,
      word,
      afterId,
      limit,
    );
  }

  addCommand(nodeId: string, command: NodeCommand): void {
    this.#run(
      "INSERT INTO commands (command_id, node_id, record) VALUES (?, ?, ?)",
      command.commandId,
      nodeId,
      toBinary(NodeCommandSchema, command),
    );
  }

  /** The commands that the node has not acknowledged, oldest first. */
  commandsOf(nodeId: string): { command: NodeCommand; handedOut: boolean }[] {
    const rows = this.#all(
      "SELECT record, handed_out FROM commands WHERE node_id = ? ORDER BY position",
      nodeId,
    );
    return rows.map(([record, handedOut]) => ({
      command: fromBinary(NodeCommandSchema, record as Uint8Array),
      handedOut: handedOut === 1,
    }));
  }

  markHandedOut(commandId: string): void {
    this.#run("UPDATE commands SET handed_out = 1 WHERE command_id = ?", commandId);
  }

  /** Ids of other nodes' commands, and unknown ones, change nothing. */
  settleCommand(nodeId: string, commandId: string): void {
    this.#run("DELETE FROM commands WHERE node_id = ? AND command_id = ?", nodeId, commandId);
  }

  #nodes(where: string, ...values: Value[]): Node[] {
    return this.#all(`SELECT record, status FROM nodes WHERE ${where}`, ...values).map(
      ([record, status]) => {
        const node = fromBinary(NodeSchema, record as Uint8Array);
        node.status = NodeStatusByShortName[status as StoredStatus];
        return node;
      },
    );
  }

  #run(sql: string, ...values: Value[]): void {
    this.#prepared(sql).run(...values);
  }

  #all(sql: string, ...values: Value[]): unknown[][] {
    return this.#prepared(sql)
      .raw()
      .all(...values) as unknown[][];
  }

  #prepared(sql: string): Database.Statement {
    const prepared = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}
