/** Go that both halves hold: values as bytes and back by their static types, texts with their length before them. */
export const goLine = `
var judgeTo = func() *judge_os.File {
	copied, err := judge_syscall.Dup(1)
	if err != nil || judge_syscall.Dup3(2, 1, 0) != nil {
		judgeGone()
	}
	return judge_os.NewFile(uintptr(copied), "line")
}()
var judgeFrom = judge_bufio.NewReaderSize(judge_os.Stdin, 65536)
var judgeError = judge_reflect.TypeOf((*error)(nil)).Elem()

func judgeGone() {
	judge_os.Stderr.WriteString("the program ended before its tests\\n")
	judge_os.Exit(96)
}

type judgeOut struct{ bytes []byte }

func (out *judgeOut) count(n uint64) { out.bytes = judge_binary.LittleEndian.AppendUint64(out.bytes, n) }
func (out *judgeOut) flag(is bool) bool {
	if is {
		out.bytes = append(out.bytes, 1)
	} else {
		out.bytes = append(out.bytes, 0)
	}
	return is
}
func (out *judgeOut) text(text string) {
	out.count(uint64(len(text)))
	out.bytes = append(out.bytes, text...)
}

type judgeIn struct{ bytes []byte }

func (in *judgeIn) take(n uint64) []byte {
	if n > uint64(len(in.bytes)) {
		judgeGone()
	}
	taken := in.bytes[:n]
	in.bytes = in.bytes[n:]
	return taken
}
func (in *judgeIn) number() uint64 { return judge_binary.LittleEndian.Uint64(in.take(8)) }
func (in *judgeIn) flag() bool     { return in.take(1)[0] == 1 }
func (in *judgeIn) count() int {
	n := in.number()
	if n > uint64(len(in.bytes)) {
		judgeGone()
	}
	return int(n)
}
func (in *judgeIn) text() string { return string(in.take(uint64(in.count()))) }

func (out *judgeOut) kind(t judge_reflect.Type, depth int) {
	if depth > 50 {
		judgeGone()
	}
	if t.PkgPath() != "" {
		if _, known := judgeTypes[t.Name()]; !known {
			judgeGone()
		}
		out.count(100)
		out.text(t.Name())
		return
	}
	out.count(uint64(t.Kind()))
	switch t.Kind() {
	case judge_reflect.Slice, judge_reflect.Ptr:
		out.kind(t.Elem(), depth+1)
	case judge_reflect.Array:
		out.count(uint64(t.Len()))
		out.kind(t.Elem(), depth+1)
	case judge_reflect.Map:
		out.kind(t.Key(), depth+1)
		out.kind(t.Elem(), depth+1)
	case judge_reflect.Struct, judge_reflect.Func, judge_reflect.Chan, judge_reflect.UnsafePointer, judge_reflect.Uintptr:
		judgeGone()
	}
}

func (in *judgeIn) kind(depth int) judge_reflect.Type {
	n := in.number()
	if n == 100 {
		if found, known := judgeTypes[in.text()]; known {
			return found
		}
		judgeGone()
	}
	if depth > 50 {
		judgeGone()
	}
	switch judge_reflect.Kind(n) {
	case judge_reflect.Slice:
		return judge_reflect.SliceOf(in.kind(depth + 1))
	case judge_reflect.Ptr:
		return judge_reflect.PtrTo(in.kind(depth + 1))
	case judge_reflect.Array:
		size := in.count()
		return judge_reflect.ArrayOf(size, in.kind(depth+1))
	case judge_reflect.Map:
		key := in.kind(depth + 1)
		if !key.Comparable() {
			judgeGone()
		}
		return judge_reflect.MapOf(key, in.kind(depth+1))
	}
	for _, one := range []any{false, 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), float32(0), float64(0), complex64(0), complex128(0), "", new(any), new(error)} {
		t := judge_reflect.TypeOf(one)
		if t.Kind() == judge_reflect.Ptr {
			t = t.Elem()
		}
		if uint64(t.Kind()) == n {
			return t
		}
	}
	judgeGone()
	return nil
}

func (out *judgeOut) put(v judge_reflect.Value, depth int) {
	if depth > 1000 || len(out.bytes) > 64<<20 {
		judgeGone()
	}
	switch v.Kind() {
	case judge_reflect.Bool:
		out.flag(v.Bool())
	case judge_reflect.Int, judge_reflect.Int8, judge_reflect.Int16, judge_reflect.Int32, judge_reflect.Int64:
		out.count(uint64(v.Int()))
	case judge_reflect.Uint, judge_reflect.Uint8, judge_reflect.Uint16, judge_reflect.Uint32, judge_reflect.Uint64:
		out.count(v.Uint())
	case judge_reflect.Float32, judge_reflect.Float64:
		out.count(judge_math.Float64bits(v.Float()))
	case judge_reflect.Complex64, judge_reflect.Complex128:
		out.count(judge_math.Float64bits(real(v.Complex())))
		out.count(judge_math.Float64bits(imag(v.Complex())))
	case judge_reflect.String:
		out.text(v.String())
	case judge_reflect.Slice, judge_reflect.Array:
		if v.Kind() == judge_reflect.Slice && !out.flag(!v.IsNil()) {
			return
		}
		out.count(uint64(v.Len()))
		for i := 0; i < v.Len(); i++ {
			out.put(v.Index(i), depth+1)
		}
	case judge_reflect.Map:
		if !out.flag(!v.IsNil()) {
			return
		}
		out.count(uint64(v.Len()))
		for all := v.MapRange(); all.Next(); {
			out.put(all.Key(), depth+1)
			out.put(all.Value(), depth+1)
		}
	case judge_reflect.Ptr:
		if out.flag(!v.IsNil()) {
			out.put(v.Elem(), depth+1)
		}
	case judge_reflect.Struct:
		for i := 0; i < v.NumField(); i++ {
			out.put(v.Field(i), depth+1)
		}
	case judge_reflect.Interface:
		if !out.flag(!v.IsNil()) {
			return
		}
		if found := v.Elem(); out.flag(found.Type().Implements(judgeError) && found.CanInterface()) {
			out.text(found.Interface().(error).Error())
		} else {
			out.kind(found.Type(), 0)
			out.put(found, depth+1)
		}
	default:
		judgeGone()
	}
}

func (in *judgeIn) get(t judge_reflect.Type, depth int) judge_reflect.Value {
	if depth > 1000 {
		judgeGone()
	}
	v := judge_reflect.New(t).Elem()
	switch t.Kind() {
	case judge_reflect.Bool:
		v.SetBool(in.flag())
	case judge_reflect.Int, judge_reflect.Int8, judge_reflect.Int16, judge_reflect.Int32, judge_reflect.Int64:
		v.SetInt(int64(in.number()))
	case judge_reflect.Uint, judge_reflect.Uint8, judge_reflect.Uint16, judge_reflect.Uint32, judge_reflect.Uint64:
		v.SetUint(in.number())
	case judge_reflect.Float32, judge_reflect.Float64:
		v.SetFloat(judge_math.Float64frombits(in.number()))
	case judge_reflect.Complex64, judge_reflect.Complex128:
		of := judge_math.Float64frombits(in.number())
		v.SetComplex(complex(of, judge_math.Float64frombits(in.number())))
	case judge_reflect.String:
		v.SetString(in.text())
	case judge_reflect.Slice:
		if in.flag() {
			v.Set(judge_reflect.MakeSlice(t, 0, 0))
			for left := in.count(); left > 0; left-- {
				v.Set(judge_reflect.Append(v, in.get(t.Elem(), depth+1)))
			}
		}
	case judge_reflect.Array:
		if in.count() != t.Len() {
			judgeGone()
		}
		for i := 0; i < t.Len(); i++ {
			v.Index(i).Set(in.get(t.Elem(), depth+1))
		}
	case judge_reflect.Map:
		if in.flag() {
			v.Set(judge_reflect.MakeMap(t))
			for left := in.count(); left > 0; left-- {
				key := in.get(t.Key(), depth+1)
				if t.Key().Kind() == judge_reflect.Interface && !key.IsNil() && !key.Elem().Type().Comparable() {
					judgeGone()
				}
				v.SetMapIndex(key, in.get(t.Elem(), depth+1))
			}
		}
	case judge_reflect.Ptr:
		if in.flag() {
			made := judge_reflect.New(t.Elem())
			made.Elem().Set(in.get(t.Elem(), depth+1))
			v.Set(made)
		}
	case judge_reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			field := v.Field(i)
			judge_reflect.NewAt(field.Type(), judge_unsafe.Pointer(field.UnsafeAddr())).Elem().Set(in.get(field.Type(), depth+1))
		}
	case judge_reflect.Interface:
		if !in.flag() {
			return v
		}
		var found judge_reflect.Value
		if in.flag() {
			found = judge_reflect.ValueOf(judge_errors.New(in.text()))
		} else {
			found = in.get(in.kind(0), depth+1)
		}
		if !found.Type().AssignableTo(t) {
			judgeGone()
		}
		v.Set(found)
	default:
		judgeGone()
	}
	return v
}

func judgeSend(out judgeOut) {
	head := judge_binary.LittleEndian.AppendUint64(nil, uint64(len(out.bytes)))
	if _, err := judgeTo.Write(append(head, out.bytes...)); err != nil {
		judgeGone()
	}
}

func judgeReceive() (judgeIn, bool) {
	head := make([]byte, 8)
	if _, err := judge_io.ReadFull(judgeFrom, head); err != nil {
		return judgeIn{}, false
	}
	size := judge_binary.LittleEndian.Uint64(head)
	if size > 65<<20 {
		return judgeIn{}, false
	}
	body := make([]byte, size)
	_, err := judge_io.ReadFull(judgeFrom, body)
	return judgeIn{body}, err == nil
}
`;
