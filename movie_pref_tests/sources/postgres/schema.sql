-- The tables as the programs beside movie_pref have them.
CREATE SCHEMA atp;
CREATE TYPE atp.label_type AS ENUM ('would_watch', 'would_not_watch');
CREATE TYPE atp.media_type AS ENUM ('movie', 'tv_show', 'tv_season');

CREATE TABLE atp.training (
    imdb_id varchar(10) PRIMARY KEY CHECK (imdb_id ~ '^tt[0-9]{7,8}$'),
    tmdb_id integer UNIQUE,
    label atp.label_type,
    human_labeled boolean NOT NULL DEFAULT false,
    anomalous boolean NOT NULL DEFAULT false,
    reviewed boolean DEFAULT false,
    media_type atp.media_type NOT NULL,
    media_title varchar(255) NOT NULL,
    season smallint,
    episode smallint,
    release_year smallint CHECK (release_year BETWEEN 1850 AND 2100),
    budget bigint CHECK (budget >= 0),
    revenue bigint CHECK (revenue >= 0),
    runtime integer,
    origin_country char(2)[],
    production_companies varchar(255)[],
    production_countries char(2)[],
    production_status varchar(25),
    original_language char(2),
    spoken_languages char(2)[],
    genre varchar(20)[],
    original_media_title varchar(255),
    tagline varchar(255),
    overview text,
    tmdb_rating numeric(5, 3),
    tmdb_votes integer,
    rt_score integer,
    metascore integer,
    imdb_rating numeric(4, 1) CHECK (imdb_rating BETWEEN 0 AND 100),
    imdb_votes integer,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION atp.set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END $$;
CREATE TRIGGER training_updated_at BEFORE UPDATE ON atp.training FOR EACH ROW EXECUTE FUNCTION atp.set_updated_at();

CREATE TABLE atp.prediction (
    imdb_id varchar(10) PRIMARY KEY CHECK (imdb_id ~ '^tt[0-9]{7,8}$'),
    prediction smallint NOT NULL CHECK (prediction IN (0, 1)),
    probability numeric NOT NULL,
    cm_value char(2) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE VIEW atp.movies AS
    SELECT training.*, prediction.prediction, prediction.probability, prediction.cm_value
    FROM atp.training JOIN atp.prediction USING (imdb_id);

CREATE TABLE atp.engineered (
    imdb_id varchar(10) PRIMARY KEY,
    release_year numeric,
    budget numeric,
    revenue numeric,
    runtime numeric,
    tmdb_rating numeric,
    tmdb_votes numeric,
    rt_score numeric,
    metascore numeric,
    imdb_rating numeric,
    imdb_votes numeric,
    origin_country smallint[],
    production_countries smallint[],
    original_language smallint[],
    spoken_languages smallint[],
    genre smallint[]
);
CREATE TABLE atp.engineered_normalization_table (feature varchar(50) PRIMARY KEY, min numeric NOT NULL, max numeric NOT NULL);
CREATE TABLE atp.engineered_schema (original_column varchar(50) PRIMARY KEY, exploded_mapping varchar(255)[] NOT NULL);

CREATE TABLE atp.media (
    hash varchar(40) PRIMARY KEY,
    media_type atp.media_type NOT NULL,
    media_title varchar(255),
    release_year smallint,
    imdb_id varchar(10),
    tmdb_id integer,
    pipeline_status varchar(25) NOT NULL,
    rejection_status varchar(25),
    deleted_at timestamptz
);
