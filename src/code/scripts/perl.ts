import { endedMark, raisedMark, type ScriptHalves } from "./halves.ts";

const line = `package JudgeLine;
use JSON::PP ();
BEGIN {
    open($JudgeLine::out, '>&', \\*STDOUT) or die;
    open(STDOUT, '>&', \\*STDERR) or die;
    $JudgeLine::out->autoflush(1);
    $JudgeLine::json = JSON::PP->new->ascii->canonical->allow_nonref->allow_blessed->allow_unknown->max_depth(4096);
}
sub plain { my ($value) = @_; return JSON::PP::is_bool($value) ? ($value ? 1 : '') : ref $value eq 'ARRAY' ? [map { plain($_) } @$value] : ref $value eq 'HASH' ? { map { $_ => plain($value->{$_}) } keys %$value } : $value; }
sub packed { my ($value) = @_; return ref $value eq 'ARRAY' ? [map { packed($_) } @$value] : ref $value eq 'HASH' ? { map { $_ => packed($value->{$_}) } keys %$value } : (!ref $value && defined $value && $value =~ /^-?(?:inf|nan)/i) ? "$value" : $value; }
sub ask {
    print {$JudgeLine::out} $JudgeLine::json->encode(packed([@_])), "\\n";
    my $text = <STDIN>;
    my $reply = defined $text ? eval { $JudgeLine::json->decode($text) } : undef;
    if (ref $reply ne 'ARRAY' || @$reply != 2) { print STDERR "${endedMark}\\n"; require POSIX; POSIX::_exit(98); }
    die "${raisedMark} $reply->[1]\\n" if $reply->[0] eq 'e';
    return plain($reply->[1]);
}
sub serve {
    my ($called) = @_;
    while (defined(my $text = <STDIN>)) {
        my $given = plain($JudgeLine::json->decode($text));
        my @found;
        my $fine = eval { @found = scalar $called->(@$given); 1 };
        print {$JudgeLine::out} $JudgeLine::json->encode($fine ? ['v', packed($found[0])] : ['e', "$@"]), "\\n";
    }
}
package Test::Deep;
BEGIN { $INC{'Test/Deep.pm'} = 1; }
sub import { no strict 'refs'; my $to = caller; *{"$to\\::eq_deeply"} = \\&eq_deeply; }
sub eq_deeply {
    my ($one, $other) = @_;
    return !defined $one && !defined $other if !defined $one || !defined $other;
    return 0 if ref $one ne ref $other;
    if (ref $one eq 'ARRAY') { return 0 if @$one != @$other; for my $i (0 .. $#$one) { return 0 unless eq_deeply($one->[$i], $other->[$i]); } return 1; }
    if (ref $one eq 'HASH') { return 0 if keys %$one != keys %$other; for my $key (keys %$one) { return 0 unless exists $other->{$key} && eq_deeply($one->{$key}, $other->{$key}); } return 1; }
    return $one eq $other ? 1 : 0;
}
package main;
`;

export const perlHalves: ScriptHalves = {
  driver: (before, name, tests) =>
    `${line}${before}\nsub ${name} { return JudgeLine::ask(@_); }\n${tests.replace(/^[ \t]*use Test::Deep;/gm, "BEGIN { Test::Deep->import; }")}\n`,
  subject: (program, name) => `${line}${program}\nJudgeLine::serve(\\&main::${name});\n`,
};
