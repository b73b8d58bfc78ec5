#!/bin/bash
# A job array without any server: each task runs a shard, a job behind it puts the folders together.
#   array=$(sbatch --parsable --array=1-20 deploy/cluster/slurm.sh compare.yaml)
#   sbatch --dependency=afterok:$array --wrap "npx ruminate experiment merge runs/shard-* --out runs/compare"
# A task that was lost is given again by its number, and goes on:
#   SHARDS=20 sbatch --array=7 deploy/cluster/slurm.sh compare.yaml
#SBATCH --job-name=ruminate
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=12:00:00
#SBATCH --signal=B:TERM@60
set -euo pipefail
# The whole array's size also where only some of its tasks are given again.
count=${SHARDS:-$SLURM_ARRAY_TASK_COUNT}
exec npx ruminate experiment run "$1" --shard "$SLURM_ARRAY_TASK_ID/$count" --out "runs/shard-$SLURM_ARRAY_TASK_ID"
