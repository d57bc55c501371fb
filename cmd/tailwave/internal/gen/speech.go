package main

import "math"

// speechPath is a WAV file for trying the program: 16-bit mono at 22050 Hz, a voice that says "hello, we are tailwave".
const speechPath = "testdata/speech.wav"

const speechRate = 22050

// A sound is a target of the voice. Formants and sources move to it from the middle of the sound before to the middle
// of this one. The frequencies are those of D. H. Klatt, "Software for a cascade/parallel formant synthesizer", 1980,
// table II.
type sound struct {
	duration   float64 // seconds
	f1, f2, f3 float64 // Hz
	voice      float64 // levels of the sources
	breath     float64
	hiss       float64
	pitch      float64 // Hz
}

var speech = []sound{
	{0.10, 500, 1500, 2500, 0, 0, 0, 120},
	{0.07, 500, 1500, 2500, 0, 0.5, 0, 125},   // h
	{0.07, 500, 1400, 2300, 0.9, 0.1, 0, 128}, // e
	{0.09, 360, 1050, 2700, 0.7, 0, 0, 132},   // l
	{0.13, 540, 1000, 2300, 1, 0, 0, 140},     // o
	{0.12, 400, 800, 2300, 0.8, 0, 0, 118},
	{0.06, 300, 650, 2200, 0, 0, 0, 112},
	{0.09, 290, 610, 2150, 0.7, 0, 0, 116},  // w
	{0.13, 310, 2100, 2800, 1, 0, 0, 126},   // ee
	{0.12, 700, 1220, 2600, 1, 0, 0, 122},   // a
	{0.11, 420, 1300, 1600, 0.8, 0, 0, 116}, // r
	{0.06, 350, 1800, 2600, 0, 0, 0, 112},   // t: closed,
	{0.02, 400, 1800, 2600, 0, 0.2, 1, 118}, // burst,
	{0.04, 450, 1850, 2550, 0.1, 0.5, 0.1, 122},
	{0.11, 480, 1750, 2500, 1, 0, 0, 138},     // a
	{0.09, 360, 2150, 2700, 0.9, 0, 0, 130},   // i
	{0.10, 380, 950, 2750, 0.7, 0, 0, 118},    // l
	{0.09, 290, 610, 2150, 0.7, 0, 0, 112},    // w
	{0.13, 480, 1750, 2500, 1, 0, 0, 116},     // a
	{0.12, 350, 2150, 2700, 0.8, 0, 0, 104},   // i
	{0.12, 250, 1100, 2300, 0.4, 0, 0.08, 94}, // v
	{0.05, 300, 1300, 2400, 0.1, 0.05, 0.02, 88},
	{0.12, 500, 1500, 2500, 0, 0, 0, 85},
}

// A resonator is a formant: y[n] = a*x[n] + b*y[n-1] + c*y[n-2], with gain 1 at 0 Hz.
type resonator struct{ a, b, c, y1, y2 float64 }

// tune sets the frequency and the bandwidth in Hz.
func (r *resonator) tune(frequency, bandwidth float64) {
	radius := exp(-float64(math.Pi*bandwidth) / speechRate)
	r.c = -float64(radius * radius)
	r.b = float64(float64(2*radius) * cos(float64(2*math.Pi*frequency)/speechRate))
	r.a = 1 - r.b - r.c
}

// exp returns e^x for |x| < 1 by the power series. Its bits are the same on every machine; those of math.Exp may
// differ.
func exp(x float64) float64 {
	sum, term := 1.0, 1.0
	for n := 1.0; n <= 20; n++ {
		term = float64(term*x) / n
		sum += term
	}
	return sum
}

// cos returns the cosine of x radians for |x| < 2, as exp does.
func cos(x float64) float64 {
	sum, term := 1.0, 1.0
	for n := 2.0; n <= 30; n += 2 {
		term = -float64(float64(term*x)*x) / float64(n*(n-1))
		sum += term
	}
	return sum
}

// next returns the filtered sample.
func (r *resonator) next(x float64) float64 {
	y := float64(r.a*x) + float64(r.b*r.y1) + float64(r.c*r.y2)
	r.y1, r.y2 = y, r.y1
	return y
}

// A voice is the state of the synthesiser.
type voice struct {
	glottis  resonator // makes pulses round
	formants [5]resonator
	hiss     resonator
	phase    float64 // of the period, 0 to 1
	seed     uint32
	last     float64
}

// noise returns the next of evenly distributed values in [-1, 1).
func (v *voice) noise() float64 {
	v.seed = v.seed*1664525 + 1013904223
	return float64(int32(v.seed)) / (1 << 31)
}

// next returns the next sample of s. tune also sets the filters to s.
func (v *voice) next(s sound, tune bool) float64 {
	if tune {
		v.glottis.tune(0, 400)
		for i, f := range [...][2]float64{{s.f1, 70}, {s.f2, 100}, {s.f3, 150}, {3450, 250}, {4500, 300}} {
			v.formants[i].tune(f[0], f[1])
		}
		v.hiss.tune(4200, 2500)
	}
	pulse := 0.0
	if v.phase += s.pitch / speechRate; v.phase >= 1 {
		v.phase--
		pulse = float64(14 * s.voice)
	}
	noise := v.noise()
	x := v.glottis.next(pulse) + float64(0.05*float64((s.breath+float64(0.04*s.voice))*noise))
	for i := range v.formants {
		x = v.formants[i].next(x)
	}
	x += float64(v.hiss.next(noise) * float64(0.012*s.hiss))
	y := x - v.last // radiation from the lips: a difference
	v.last = x
	return y
}

// mix returns the sound between a and b; part is 0 at a and 1 at b.
func mix(a, b sound, part float64) sound {
	between := func(x, y float64) float64 { return x + float64(part*(y-x)) }
	return sound{
		f1: between(a.f1, b.f1), f2: between(a.f2, b.f2), f3: between(a.f3, b.f3), pitch: between(a.pitch, b.pitch),
		voice: between(a.voice, b.voice), breath: between(a.breath, b.breath), hiss: between(a.hiss, b.hiss),
	}
}

// sayHello returns the file at speechPath.
func sayHello() []byte {
	v := voice{seed: seed}
	var samples []float64
	for i := range len(speech) - 1 {
		a, b := speech[i], speech[i+1]
		n := int(float64((a.duration + b.duration) / 2 * speechRate))
		for j := range n {
			samples = append(samples, v.next(mix(a, b, float64(j)/float64(n)), j%32 == 0))
		}
	}
	peak := 0.0
	for _, x := range samples {
		peak = max(peak, x, -x)
	}
	out := make([]int16, len(samples))
	for i, x := range samples {
		out[i] = int16(float64(20000 * x / peak))
	}
	return wavFile(speechRate, 1, out)
}
