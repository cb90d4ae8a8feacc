// Judges a change between two versions: what may break a peer is tried, and what comes of it decides.
import type { DescFile } from "@bufbuild/protobuf";
import type { Spoken } from "../../core/configuration.js";
import {
  type Evidence,
  type Finding,
  finding,
  type Place,
  type Severity,
} from "../../core/finding.js";
import {
  type Described,
  elementOf,
  fileOf,
  type LineSource,
  placeOfPath,
} from "../../core/source-info.js";
import { type Comparison, compareVersions, type Version } from "./compare.js";
import { worse } from "./evidence/meaning.js";
import { protobufEs } from "./evidence/protobuf-es.js";
import { protobufJs } from "./evidence/protobufjs.js";
import { NOTHING_KNOWN, Prover, type Runtimes } from "./evidence/prove.js";
import type { Suspect } from "./suspect.js";

/** A version, and where its files are. */
export interface PlacedVersion extends Version, LineSource {
  /** The path in the workspace of a file that is imported as `name`. */
  pathOf(name: string): string;
}

/** A finding, and the suspect that it was made of. */
export interface Judged {
  readonly finding: Finding;
  readonly suspect: Suspect;
}

/**
 * What breaks a peer, or may surprise one, in going from the old version to the new one. `taken` are
 * numbers of types that versions before them had, and that nothing new is to get.
 */
export async function judgeVersions(
  old: PlacedVersion,
  now: PlacedVersion,
  speaks: readonly Spoken[],
  taken: ReadonlyMap<string, ReadonlySet<number>> = new Map(),
): Promise<Judged[]> {
  const comparison = compareVersions(old, now, taken);
  const spoken = (["binary", "json"] as const).filter((format) => speaks.includes(format));
  const prover = await proverOf(comparison);
  const judged: Judged[] = [];
  for (const suspect of comparison.suspects) {
    const formats = spoken.filter((format) => suspect.formats?.includes(format) ?? true);
    const proof = prover?.prove(suspect.probes, formats);
    // What no runtime here can show counts as broken: a gate that cannot judge does not wave through.
    const isUnproven =
      suspect.probes.length > 0 && formats.length > 0 && proof?.evidence.length === 0;
    const severity = severityOf(suspect, proof?.isHarmful === true || isUnproven, speaks);
    if (severity === undefined) continue;
    judged.push({
      suspect,
      finding: {
        ...finding(suspect.rule, suspect.args as never, await placeOf(suspect, old, now), {
          symbol: suspect.symbol,
          ...(suspect.was === undefined ? {} : { previous: await placeIn(suspect.was, old) }),
          evidence: [
            ...(suspect.evidence ?? []),
            ...(proof?.evidence ?? []).map((one) =>
              suspect.severity === "proven" ? one : asTold(one),
            ),
          ],
        }),
        severity,
      },
    });
  }
  return judged;
}

/**
 * What the reader has no element for is lost to it. That alone breaks nobody: it is what removing means.
 */
function asTold(evidence: Evidence): Evidence {
  const readers = evidence.readers.map((reader) =>
    reader.saw === NOTHING_KNOWN ? { ...reader, fate: "lost" as const } : reader,
  );
  return { ...evidence, readers, fate: readers.map(({ fate }) => fate).reduce(worse) };
}

function severityOf(
  suspect: Suspect,
  isHarmful: boolean,
  speaks: readonly Spoken[],
): Severity | undefined {
  if (suspect.severity === "proven") return isHarmful ? "error" : suspect.harmless;
  const isOnlyCalled = suspect.evidence?.every(({ format }) => format === "rpc") === true;
  return isOnlyCalled && !speaks.includes("rpc") ? "warning" : suspect.severity;
}

/** What tries the probes; undefined where there are none, because the runtimes take time to load. */
async function proverOf({ suspects, pairs, registries }: Comparison): Promise<Prover | undefined> {
  if (suspects.every(({ probes }) => probes.length === 0)) return undefined;
  const runtimes: Runtimes = {
    old: [protobufEs(registries.old), await protobufJs(registries.old)],
    now: [protobufEs(registries.now), await protobufJs(registries.now)],
  };
  return new Prover(pairs, runtimes);
}

/** Where the finding stands: at what there is now, or in the file that lacks it. */
async function placeOf(
  { at, was }: Suspect,
  old: PlacedVersion,
  now: PlacedVersion,
): Promise<Place> {
  if (at !== undefined) return placeIn(at, now);
  const file = was === undefined ? undefined : fileOf(was);
  const name = file?.proto.name ?? "";
  const isLeft = now.registry.getFile(name) !== undefined;
  return { path: (isLeft ? now : old).pathOf(name) };
}

/** Where an element of a version stands. */
export async function placeIn(desc: Described, version: PlacedVersion): Promise<Place> {
  const file: DescFile = fileOf(desc);
  const shown = version.pathOf(file.proto.name);
  const element = elementOf(desc);
  if (element === undefined) {
    // A group is a message and a field in one.
    const group = "message" in desc ? desc.message : undefined;
    return group === undefined ? { path: shown } : placeIn(group, version);
  }
  const hasBody = desc.kind === "message" || desc.kind === "enum" || desc.kind === "service";
  const path = hasBody ? [...element.path, 1] : element.path;
  return placeOfPath(file, path, shown, version);
}
