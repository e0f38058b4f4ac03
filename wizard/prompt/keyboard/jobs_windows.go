package keyboard

// JobControl does nothing: Windows has no job control.
type JobControl struct{}

// WatchJobControl returns a JobControl without events.
func WatchJobControl() *JobControl { return &JobControl{} }

// Stop does nothing.
func (j *JobControl) Stop() {}

// Event returns Ignored.
func (j *JobControl) Event() Code { return Ignored }

// Suspend does nothing.
func (j *JobControl) Suspend() error { return nil }
