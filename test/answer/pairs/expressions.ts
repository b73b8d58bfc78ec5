import { table } from "./table.ts";

/**
 * Formulas with letters: polynomials, rational functions, exponentials, trigonometry, roots with branches, Greek
 * letters, indices.
 */
/** Limits are undecided: no rule here takes one, and none of 15,477 real references is written as one. */
export const expressions = table(
  "math",
  String.raw`
= x ~~ $x$
= p - q ~~ -q+p
= 2k+2 ~~ 2(k+1)
= (a+5)(b+2) ~~ ab+2a+5b+10
= (x+1)^2 ~~ x^2+2x+1
= x^5 - x^4 + x^3 - x^2 + x - 1 ~~ (x-1)(x^4+x^2+1)
= x^3+3x-6 ~~ 3x + x^3 - 6
= -13x+3 ~~ 3-13x
= x^2 - 1 ~~ (x-1)(x+1)
= \frac{x^2-1}{x-1} ~~ x+1
= \frac{a+b}{2} ~~ \frac a2+\frac b2
= \frac{1}{2 n+2} ~~ \frac{1}{2(n+1)}
= \frac{n(n+1)}{2} ~~ n(n+1)/2
= \frac{1}{4} n(n+1) ~~ \frac{n^2+n}{4}
= \frac{n(n+1)(2 n+1)}{6} ~~ \frac{2n^3+3n^2+n}{6}
= -(n-1) / 2 ~~ \frac{1-n}{2}
= 3x^2y ~~ 3yx^2
= 2xy ~~ 2 \cdot x \cdot y
= xy ~~ yx
= abc ~~ cab
= 2RC+R+C ~~ R + C + 2CR
= m n-\lfloor m / 2\rfloor ~~ mn - \left\lfloor \frac{m}{2} \right\rfloor
= \left\lfloor\log _{2} n\right\rfloor+1 ~~ 1+\lfloor \log_2 n \rfloor
= \lceil n / 2\rceil+1 ~~ 1+\lceil \frac{n}{2}\rceil
= \binom{2n}{n} ~~ \frac{(2n)!}{n! n!}
= \frac{d !}{2 k(d-k) !} ~~ \frac{d!}{(d-k)!\,2k}
= 2^{n+1} ~~ 2\cdot 2^n
= 4^n ~~ 2^{2n}
= 2^{k-n} ~~ \frac{2^k}{2^n}
= (n-2) 2^{n}+1 ~~ 1 + 2^n(n-2)
= 2^{n}-n-1 ~~ 2^n - (n+1)
= e^{x+1} ~~ e \cdot e^x
= e^{-2 t} ~~ \frac{1}{e^{2t}}
= \exp(2x) ~~ (e^x)^2
= \frac{e^{2 i t}}{(2+2 i)} ~~ \frac{(1-i)e^{2it}}{4}
= \frac{1}{2a}(\exp{a*t} - \exp{-a*t}) ~~ \frac{e^{at}-e^{-at}}{2a}
= \sin^2 x + \cos^2 x ~~ 1
= \sin 2x ~~ 2\sin x\cos x
= \tan x ~~ \frac{\sin x}{\cos x}
= \cot x ~~ \frac{1}{\tan x}
= \cos 2x ~~ 1-2\sin^2 x
= \frac{t}{4} \sin (2 t) ~~ \frac{t\sin(2t)}{4}
= \sqrt{2} \cos (2 t-\pi / 4) ~~ \cos 2t + \sin 2t
= \sin(-x) ~~ -\sin x
= \cosh x ~~ \frac{e^x+e^{-x}}{2}
= -\tau \ln \Delta ~~ -\ln(\Delta)\tau
= -\tau \ln \Delta ~~ \tau \ln\frac{1}{\Delta}
= \ln\frac{a}{b} ~~ \ln a-\ln b
= \sqrt{xy} ~~ \sqrt{x}\sqrt{y}
! \ln(x^2) ~~ \ln x
! (x^2)^{3/2} ~~ x^3
= \sqrt{x}\sqrt{x} ~~ x
= x\sqrt{x} ~~ x^{3/2}
= x^{1/2} ~~ \sqrt{x}
= \sqrt{x^2} ~~ |x|
= |x-1| ~~ |1-x|
= \sqrt[3]{x^3} ~~ x
= \frac{2 \pi}{\omega} ~~ 2 \pi / \omega
= \frac{v_{0}}{r_{0}} ~~ v_0/r_0
= x_{1}+x_2 ~~ x_2 + x_{1}
= \frac{1}{b-a}\left(e^{-a t}-e^{-b t}\right) ~~ \frac{e^{-bt}-e^{-at}}{a-b}
= \frac{s+\sigma}{(s+\sigma)^{2}+\omega_{d}^{2}} ~~ \frac{\sigma+s}{s^2+2\sigma s+\sigma^2+\omega_d^2}
= \frac{2 \pi c^{2} R^{2}}{\lambda^{5}\left[e^{h c /(\lambda k T)}-1\right] d^{2}} ~~ \frac{2\pi R^2c^2}{d^2\lambda^5(e^{\frac{hc}{\lambda kT}}-1)}
= \frac{a M^{1 / 3}}{G M^{2 / 3}+b} ~~ \frac{aM^{\frac13}}{b+GM^{\frac23}}
= I(0) e^{-t/(RC)} ~~ I(0)\exp\left(-\frac{t}{RC}\right)
= u(t)+1 ~~ 1+u(t)
= \omega_{n}^{2} e^{-\zeta t} ~~ e^{-\zeta t}\omega_n^2
= \frac{\cos (2 t)+\sin (2 t)}{4} ~~ \frac14\sin 2t+\frac14\cos 2t
= \left(\frac{t^{2}}{2}-t+C\right) e^{-t} ~~ \frac{t^2-2t+2C}{2e^t}
= x+y+z ~~ z+y+x
= \frac{1-p^{2}}{3} ~~ \frac{(1-p)(1+p)}{3}
= x^{-2} ~~ \frac{1}{x^2}
= x(t) ~~ x(t)
= 0.5x ~~ \frac{x}{2}
= y' ~~ y^{\prime}
= \frac{37}{4} m ~~ 9.25m
= x^2 ~~ x²
= x·y ~~ xy
= 1/(2x) ~~ \frac{1}{2x}
= x/2y ~~ \frac{x}{2}y
= \int_0^1 x dx ~~ \frac{1}{2}
= \sum_{k=1}^{10} k ~~ 55
= \frac{d}{dx} x^2 ~~ 2x
! x ~~ y
! x ~~ 2x
! x^2 ~~ x^3
! x+1 ~~ x-1
! a+b ~~ +b
! a+b ~~ a-b
! (x+1)^2 ~~ x^2+1
! (x+1)^2 ~~ x^2+2x+2
! \frac{a}{b} ~~ \frac{b}{a}
! \frac{a+b}{2} ~~ a+\frac{b}{2}
! \sqrt{x^2} ~~ x
! \sqrt{x^2+y^2} ~~ x+y
! |x| ~~ x
! \sin x ~~ \cos x
! \sin 2x ~~ 2\sin x
! \sin^2 x ~~ \sin x^2
! \ln(xy) ~~ \ln x \ln y
! \ln(x+y) ~~ \ln x+\ln y
! e^{x+1} ~~ e^x+1
! 2^{n+1} ~~ 2^n+1
! 2^{2n} ~~ 2\cdot 2^n
! 4^n ~~ 2^n
! n! ~~ n
! \binom{2n}{n} ~~ \binom{2n}{n-1}
! \lfloor n/2 \rfloor ~~ \lceil n/2 \rceil
! \lfloor n/2 \rfloor ~~ n/2
! I(0)e^{-t} ~~ 0
! x_1 ~~ x_2
! x_1 ~~ x
! x ~~ X
! \frac{1}{n+1} ~~ \frac{1}{n}+1
! 3x^2y ~~ 3xy^2
! \alpha ~~ \beta
! \sqrt{x} ~~ x^{1/3}
! \frac{x^2-1}{x-1} ~~ x-1
! 2k+2 ~~ 2k+1
! x^{10} ~~ x^{1}0
! x+10^{-12} ~~ x
! 0.333x ~~ \frac{x}{3}
! y' ~~ y
! n ~~ 5
! x+1 ~~ 1
! \int_0^1 x dx ~~ \frac{1}{3}
! \sum_{k=1}^{10} k ~~ 56
? \mho(a)=0 ~~ a=0
? \lim_{x\to 0} \frac{\sin x}{x} ~~ 1
= \sum_{k=1}^{10} k^2 ~~ 385
= \sum_{i=0}^3 \frac{1}{2^i} ~~ \frac{15}{8}
= \int_{-1}^{2} (3x^2 + 1)\,dx ~~ 12
= \frac{d}{dx} (x^3 - 4x) ~~ 3x^2-4
! \frac{d}{dx} x^3 ~~ 3x
? \sum_{k=1}^{3} k+1 ~~ 9
? \int_0^1 \sin x dx ~~ 1-\cos 1
? \lim_{x\to 0} \frac{\sin x}{x}! ~~ 1
`,
);
