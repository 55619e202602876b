. tests/import/lib.sh
cd $TMPDIR
large a ${N:-4800} 350521 A
for i in 1 2 3 4 5 6; do
fresh s$i
for k in 1 2; do ( got=0; "$BANGFU" --db "$DB" --json import --rejects $TMPDIR/$k.csv a > $k.out 2>$k.err || got=$?; echo $got > $k.code ) & done
wait
for k in 1 2; do echo "== $i $k $(cat $k.code)"; [ $(cat $k.code) = 0 ] || { tail -c 700 $k.out; cat $k.err; }; done
done
finish
