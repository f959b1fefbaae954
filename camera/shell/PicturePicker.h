#import <UIKit/UIKit.h>

#import "shell/Picture.h"

NS_ASSUME_NONNULL_BEGIN

// Lets the user choose pictures. The system's picker runs outside of the app,
// which sees only what was chosen and needs no permission for it.
@interface PicturePicker : NSObject

// Called with YES when chosen pictures begin to be read, which may take a while
// (they may lie in iCloud), and with NO when they are.
@property(nonatomic, copy, nullable) void (^reading)(BOOL reading);

// Shows the picker for at most `limit` pictures. The block is called on the
// main queue with those that can be read, in the order of choice, if there are
// any; an alert tells of the others.
- (void)pickAtMost:(NSUInteger)limit
             above:(UIViewController*)presenter
        completion:(void (^)(NSArray<Picture*>* pictures))completion;

@end

NS_ASSUME_NONNULL_END
