package prompt

// jobControl does nothing: Windows has no job control.
type jobControl struct{}

func watchJobControl() *jobControl { return &jobControl{} }

func (j *jobControl) stop() {}

func (j *jobControl) event() keyCode { return keyIgnored }

func (j *jobControl) suspend() error { return nil }
