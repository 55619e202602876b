// screen_end.js - DuckDB's side of screen_end.sh.  usage: node screen_end.js load|run DIR
// run: standard output gets the query's microseconds twice and 0, like bench/run.c; standard error the counts.
const { DuckDBInstance } = require('@duckdb/node-api');
const fs = require('fs');
(async () => {
  const [what, dir] = process.argv.slice(2);
  const db = await DuckDBInstance.create(`${dir}/duck.db`, { threads: '1' });
  const c = await db.connect();
  if (what === 'load') {
    for (const t of ['household', 'person', 'household_year'])
      await c.run(`CREATE TABLE ${t} AS SELECT CAST(COLUMNS(*) AS BIGINT) FROM read_csv('${dir}/${t}.csv', header = true, all_varchar = true)`);
    await c.run('CHECKPOINT');
    return;
  }
  const sql = fs.readFileSync(`${dir}/duck.sql`, 'utf8');
  await c.runAndReadAll('SELECT count(*) FROM person');
  const from = process.hrtime.bigint();
  const rows = (await c.runAndReadAll(sql)).getRows();
  const us = (process.hrtime.bigint() - from) / 1000n;
  console.error(rows[0].map(String).join('|'));
  console.log(`${us} ${us} 0`);
})();
