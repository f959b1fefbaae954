#import "shell/LiveState.h"

#import "shell/CameraMessages.h"

@implementation LiveState

- (BOOL)ready {
  return !self.step && !self.problem;
}

- (BOOL)wantsCamera {
  return self.ready && self.visible && self.foreground && !self.tooHot;
}

- (BOOL)live {
  return self.wantsCamera && self.camera == CameraStateRunning;
}

- (Message*)message {
  if (self.problem) {
    Message* failed =
        [Message messageWithHeadline:NSLocalizedString(@"The model cannot be used", nil)
                              detail:self.problem];
    failed.copyable = YES;
    return failed;
  }
  if (self.step) {
    Message* loading = [Message messageWithHeadline:NSLocalizedString(@"One moment", nil)
                                             detail:self.step];
    loading.busy = YES;
    return loading;
  }
  if (self.tooHot) {
    return [Message
        messageWithHeadline:NSLocalizedString(@"The device is too hot", nil)
                     detail:NSLocalizedString(@"The camera goes on when it has cooled down.", nil)];
  }
  return MessageForCamera(self.camera, self.cameraDetail);
}

@end
