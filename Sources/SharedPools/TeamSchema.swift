/// The team's database: its tables and functions, by versions. Append only; never change a version
/// that was released.
///
/// Members may read and may call `push`; they may not write to tables, so nobody can overwrite or
/// delete what others have written.
enum TeamSchema {
  static let versions = [first, second]

  static let current = versions.count

  /// Everything after a version, for an administrator to run.
  static func script(after version: Int) -> String {
    var text = "BEGIN;\n"
    for (index, version) in versions.enumerated().dropFirst(version) {
      text += "\(version)\nINSERT INTO pillow.schema_versions (version) VALUES (\(index + 1));\n"
    }
    return text + "COMMIT;\n"
  }

  private static let first = """
    CREATE SCHEMA pillow;
    CREATE TABLE pillow.schema_versions (
      version int PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE pillow.identity (id uuid PRIMARY KEY DEFAULT gen_random_uuid());
    INSERT INTO pillow.identity DEFAULT VALUES;
    CREATE SEQUENCE pillow.changes;
    CREATE TABLE pillow.exemplars (
      pool text COLLATE "C" NOT NULL,
      uid text COLLATE "C" NOT NULL,
      version int NOT NULL,
      hash text COLLATE "C" NOT NULL,
      instruction text NOT NULL,
      input text NOT NULL,
      output text NOT NULL,
      tags text NOT NULL,
      language text,
      marks int NOT NULL,
      is_retired boolean NOT NULL,
      is_pinned boolean NOT NULL,
      changed bigint NOT NULL,
      changed_at timestamptz NOT NULL DEFAULT now(),
      changed_by text NOT NULL DEFAULT session_user,
      PRIMARY KEY (pool, uid)
    );
    CREATE UNIQUE INDEX exemplars_by_change ON pillow.exemplars (pool, changed);
    -- Contents that are not the newest: earlier ones, and those that lost against another of the same version.
    CREATE TABLE pillow.history (
      pool text COLLATE "C" NOT NULL,
      uid text COLLATE "C" NOT NULL,
      version int NOT NULL,
      hash text COLLATE "C" NOT NULL,
      instruction text NOT NULL,
      input text NOT NULL,
      output text NOT NULL,
      tags text NOT NULL,
      language text,
      at timestamptz NOT NULL DEFAULT now(),
      written_by text NOT NULL DEFAULT session_user,
      PRIMARY KEY (pool, uid, version, hash)
    );
    CREATE TABLE pillow.outcomes (
      id text PRIMARY KEY,
      pool text COLLATE "C" NOT NULL,
      record json NOT NULL,
      changed bigint NOT NULL,
      written_by text NOT NULL DEFAULT session_user
    );
    CREATE INDEX outcomes_by_change ON pillow.outcomes (pool, changed);
    CREATE TYPE pillow.item AS (
      uid text, version int, hash text, instruction text, input text, output text, tags text, language text,
      marks int, "isRetired" boolean, "isPinned" boolean
    );

    -- Merges exemplars into a pool and returns those that the database sees differently afterwards.
    CREATE FUNCTION pillow.push(team_pool text, items json) RETURNS SETOF pillow.exemplars
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pillow, pg_temp AS $$
    DECLARE
      changes bigint;
    BEGIN
      -- One at a time, so that the numbers of changes come in the order in which they can be seen.
      PERFORM pg_advisory_xact_lock(781245690);
      INSERT INTO history (pool, uid, version, hash, instruction, input, output, tags, language, written_by)
      SELECT team_pool, e.uid, e.version, e.hash, e.instruction, e.input, e.output, e.tags, e.language, e.changed_by
      FROM json_populate_recordset(NULL::item, items) AS i
      JOIN exemplars AS e ON e.pool = team_pool AND e.uid = i.uid
      WHERE (i.version, i.hash COLLATE "C") > (e.version, e.hash)
      UNION ALL
      SELECT team_pool, i.uid, i.version, i.hash, i.instruction, i.input, i.output, i.tags, i.language, session_user
      FROM json_populate_recordset(NULL::item, items) AS i
      JOIN exemplars AS e ON e.pool = team_pool AND e.uid = i.uid
      WHERE (i.version, i.hash COLLATE "C") < (e.version, e.hash)
      ON CONFLICT DO NOTHING;
      INSERT INTO exemplars AS e (pool, uid, version, hash, instruction, input, output, tags, language, marks,
        is_retired, is_pinned, changed)
      SELECT team_pool, i.uid, i.version, i.hash, i.instruction, i.input, i.output, i.tags, i.language, i.marks,
        i."isRetired", i."isPinned", nextval('changes')
      FROM json_populate_recordset(NULL::item, items) AS i
      ON CONFLICT (pool, uid) DO UPDATE SET
        (version, hash, instruction, input, output, tags, language) = (
          SELECT w.version, w.hash, w.instruction, w.input, w.output, w.tags, w.language
          FROM (VALUES
            (e.version, e.hash, e.instruction, e.input, e.output, e.tags, e.language),
            (excluded.version, excluded.hash, excluded.instruction, excluded.input, excluded.output, excluded.tags,
              excluded.language)
          ) AS w (version, hash, instruction, input, output, tags, language)
          ORDER BY w.version DESC, w.hash COLLATE "C" DESC LIMIT 1),
        (marks, is_retired, is_pinned) = (
          SELECT w.marks, w.is_retired, w.is_pinned
          FROM (VALUES
            (e.marks, e.is_retired, e.is_pinned),
            (excluded.marks, excluded.is_retired, excluded.is_pinned)
          ) AS w (marks, is_retired, is_pinned)
          ORDER BY w.marks DESC, w.is_retired DESC, w.is_pinned DESC LIMIT 1),
        changed = excluded.changed, changed_at = now(), changed_by = session_user
      WHERE (excluded.version, excluded.hash) > (e.version, e.hash)
        OR (excluded.marks, excluded.is_retired, excluded.is_pinned) > (e.marks, e.is_retired, e.is_pinned);
      GET DIAGNOSTICS changes = ROW_COUNT;
      IF changes > 0 THEN PERFORM pg_notify('pillow_changes', team_pool); END IF;
      RETURN QUERY
      SELECT e.* FROM exemplars AS e
      JOIN json_populate_recordset(NULL::item, items) AS i ON e.pool = team_pool AND e.uid = i.uid
      WHERE (e.version, e.hash, e.marks, e.is_retired, e.is_pinned)
        <> (i.version, i.hash COLLATE "C", i.marks, i."isRetired", i."isPinned");
    END $$;

    CREATE FUNCTION pillow.push_outcomes(team_pool text, records json) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = pillow, pg_temp AS $$
      INSERT INTO outcomes (id, pool, record, changed)
      SELECT r ->> 'id', team_pool, r, nextval('changes') FROM json_array_elements(records) AS r
      ON CONFLICT (id) DO UPDATE SET record = excluded.record, changed = excluded.changed
      WHERE outcomes.written_by = session_user AND outcomes.record::text <> excluded.record::text;
    $$;

    REVOKE ALL ON FUNCTION pillow.push(text, json), pillow.push_outcomes(text, json) FROM PUBLIC;

    -- A role that may create none leaves the grants to its administrator.
    DO $$
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pillow_reader') THEN CREATE ROLE pillow_reader; END IF;
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'pillow_member') THEN CREATE ROLE pillow_member; END IF;
    EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
    END $$;
    DO $$
    BEGIN
      GRANT USAGE ON SCHEMA pillow TO pillow_reader, pillow_member;
      GRANT SELECT ON pillow.schema_versions, pillow.identity, pillow.exemplars, pillow.history
        TO pillow_reader, pillow_member;
      GRANT SELECT ON pillow.outcomes TO pillow_member;
      GRANT EXECUTE ON FUNCTION pillow.push(text, json), pillow.push_outcomes(text, json) TO pillow_member;
    EXCEPTION WHEN undefined_object THEN NULL;
    END $$;
    """

  /// Outcomes, each role's under names of its own, and what members have trained.
  private static let second = """
    -- Version 1 had no client that told outcomes.
    DROP FUNCTION pillow.push_outcomes(text, json);
    DROP TABLE pillow.outcomes;
    CREATE TABLE pillow.outcomes (
      pool text COLLATE "C" NOT NULL,
      written_by text COLLATE "C" NOT NULL DEFAULT session_user,
      id text COLLATE "C" NOT NULL CHECK (octet_length(id) <= 200),
      -- JSON; NULL where it was withdrawn.
      outcome text CHECK (octet_length(outcome) <= 262144),
      changed bigint NOT NULL,
      PRIMARY KEY (pool, written_by, id)
    );
    CREATE INDEX outcomes_by_change ON pillow.outcomes (pool, changed);

    -- Returns the number of the last change; 0 where nothing changed.
    CREATE FUNCTION pillow.push_outcomes(team_pool text, records json) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pillow, pg_temp AS $$
    DECLARE
      newest bigint;
    BEGIN
      PERFORM pg_advisory_xact_lock(781245690);
      WITH told AS (
        INSERT INTO outcomes AS o (pool, id, outcome, changed)
        SELECT team_pool, r ->> 'id', r ->> 'outcome', nextval('changes') FROM json_array_elements(records) AS r
        ON CONFLICT (pool, written_by, id) DO UPDATE SET outcome = excluded.outcome, changed = excluded.changed
        WHERE o.outcome IS DISTINCT FROM excluded.outcome
        RETURNING o.changed
      )
      SELECT coalesce(max(told.changed), 0) INTO newest FROM told;
      RETURN newest;
    END $$;
    REVOKE ALL ON FUNCTION pillow.push_outcomes(text, json) FROM PUBLIC;

    -- No number is so high that others could not count on.
    ALTER TABLE pillow.exemplars
      ADD CHECK (version BETWEEN 0 AND 1000000000), ADD CHECK (marks BETWEEN 0 AND 1000000000);

    -- Networks that choose exemplars, and adapters.
    CREATE TABLE pillow.versions (
      number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      pool text COLLATE "C" NOT NULL,
      kind text NOT NULL CHECK (kind IN ('policy', 'adapter')),
      base text NOT NULL,
      note text NOT NULL CHECK (octet_length(note) <= 10000),
      -- Of base and files.
      hash text NOT NULL,
      published_at timestamptz NOT NULL DEFAULT now(),
      published_by text NOT NULL DEFAULT session_user,
      UNIQUE (pool, kind, hash)
    );
    CREATE TABLE pillow.version_files (
      number bigint NOT NULL REFERENCES pillow.versions ON DELETE CASCADE,
      name text NOT NULL,
      content bytea NOT NULL,
      PRIMARY KEY (number, name)
    );

    -- Files are an object of names and their contents in base64. Publishing the same again changes nothing.
    CREATE FUNCTION pillow.publish(team_pool text, kind text, base text, note text, files json) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pillow, pg_temp AS $$
    DECLARE
      content text;
      made bigint;
    BEGIN
      -- 128 MB in base64.
      IF (SELECT sum(octet_length(f.value)) FROM json_each_text(files) AS f) > 178960000 THEN
        RAISE EXCEPTION 'the files are too large';
      END IF;
      content := encode(sha256(convert_to(publish.base || E'\\n' || coalesce((
          SELECT string_agg(f.key || ' ' || encode(sha256(decode(f.value, 'base64')), 'hex'), E'\\n'
            ORDER BY f.key COLLATE "C") FROM json_each_text(files) AS f), ''), 'UTF8')), 'hex');
      INSERT INTO versions AS v (pool, kind, base, note, hash)
      VALUES (team_pool, publish.kind, publish.base, publish.note, content)
      ON CONFLICT DO NOTHING RETURNING v.number INTO made;
      IF made IS NULL THEN
        RETURN (SELECT v.number FROM versions AS v
          WHERE v.pool = team_pool AND v.kind = publish.kind AND v.hash = content);
      END IF;
      INSERT INTO version_files (number, name, content)
      SELECT made, f.key, decode(f.value, 'base64') FROM json_each_text(files) AS f;
      RETURN made;
    END $$;
    REVOKE ALL ON FUNCTION pillow.publish(text, text, text, text, json) FROM PUBLIC;
    DO $$
    BEGIN
      GRANT SELECT ON pillow.versions, pillow.version_files TO pillow_reader, pillow_member;
      GRANT SELECT ON pillow.changes TO pillow_reader, pillow_member;
      GRANT SELECT ON pillow.outcomes TO pillow_member;
      GRANT EXECUTE ON FUNCTION pillow.push_outcomes(text, json), pillow.publish(text, text, text, text, json)
        TO pillow_member;
    EXCEPTION WHEN undefined_object THEN NULL;
    END $$;
    """
}

/// What an administrator needs to set up a team's database by hand.
public enum TeamSetup {
  /// SQL for `psql`.
  ///
  /// - Parameter version: of the schema that is there; 0 for none.
  public static func script(after version: Int = 0) -> String { TeamSchema.script(after: version) }

  /// Of the schema that this program makes.
  public static var version: Int { TeamSchema.current }
}
